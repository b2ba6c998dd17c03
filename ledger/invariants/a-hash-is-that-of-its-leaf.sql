-- The stored hash of an entry is the hash of its leaf, also in the tree (LED-7, LED-17).
-- Returns each entry whose leaf was changed, or stands in the tree under another hash.
SELECT entry.commons_id, entry.entry_id
  FROM journal_entry AS entry
  LEFT JOIN journal_leaf AS leaf USING (commons_id, entry_id)
 WHERE entry.leaf_hash <> sha256('\x00'::bytea || convert_to(entry.leaf, 'UTF8'))
    OR entry.leaf_hash <> leaf.leaf_hash;
