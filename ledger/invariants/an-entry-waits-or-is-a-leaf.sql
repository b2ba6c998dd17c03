-- An entry waits to be sealed or is a leaf, once, and never both (LED-17).
-- Returns each entry that is neither, or both, and whatever waits or is a leaf without an entry.
SELECT commons_id, entry_id, entry.entry_id IS NOT NULL AS is_entry,
       waiting.entry_id IS NOT NULL AS waits, leaf.entry_id IS NOT NULL AS is_leaf
  FROM journal_entry AS entry
  FULL JOIN journal_queue AS waiting USING (commons_id, entry_id)
  FULL JOIN journal_leaf AS leaf USING (commons_id, entry_id)
 WHERE entry.entry_id IS NULL OR (waiting.entry_id IS NULL) = (leaf.entry_id IS NULL);
