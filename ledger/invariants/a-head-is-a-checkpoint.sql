-- Each leaf of the log of heads is the body of a checkpoint that was signed (LED-24).
-- Returns each head that is not, and each gap in their numbers.
SELECT head.leaf_index, head.commons_id, head.tree_size
  FROM (SELECT *, row_number() OVER (ORDER BY leaf_index) - 1 AS place FROM head) AS head
  LEFT JOIN journal_checkpoint AS signed USING (commons_id, tree_size)
 WHERE signed.note IS NULL
    OR NOT starts_with(signed.note, head.leaf || chr(10))
    OR head.leaf_hash <> sha256('\x00'::bytea || convert_to(head.leaf, 'UTF8'))
    OR head.leaf_index <> head.place;
