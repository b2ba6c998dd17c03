-- An entry waits to be sealed or is a leaf, once, and never both (LED-17).
-- Returns each entry that is neither, or both.
SELECT entry.commons_id, entry.entry_id,
       waiting.entry_id IS NOT NULL AS waits, leaf.entry_id IS NOT NULL AS is_leaf
  FROM journal_entry AS entry
  LEFT JOIN journal_queue AS waiting USING (commons_id, entry_id)
  LEFT JOIN journal_leaf AS leaf USING (commons_id, entry_id)
 WHERE (waiting.entry_id IS NULL) = (leaf.entry_id IS NULL);
