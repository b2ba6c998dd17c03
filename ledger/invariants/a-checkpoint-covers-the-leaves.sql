-- The latest checkpoint of a journal counts all its leaves, and none counts more (LED-18).
-- Returns each journal where it does not.
SELECT commons_id, max(tree_size) AS signed, coalesce(max(leaves.count), 0) AS leaves
  FROM journal_checkpoint
  FULL JOIN (SELECT commons_id, count(*) AS count FROM journal_leaf GROUP BY commons_id) AS leaves
       USING (commons_id)
 GROUP BY commons_id
HAVING max(tree_size) IS DISTINCT FROM coalesce(max(leaves.count), 0);
