-- The signed text of a checkpoint says the origin, the size and the root that are kept (LED-18).
-- Returns each checkpoint that says something else.
SELECT commons_id, tree_size
  FROM journal_checkpoint
  JOIN journal USING (commons_id)
 WHERE NOT starts_with(note, concat_ws(chr(10), origin, tree_size,
                                       encode(root, 'base64'), '', ''));
