-- For each full row of 256 leaves its root is kept, numbered without gap (LED-23).
-- Returns each journal with too many or too few.
SELECT commons_id, coalesce(leaves.count, 0) AS leaves, coalesce(kept.count, 0) AS roots
  FROM (SELECT commons_id, count(*) AS count FROM journal_leaf GROUP BY commons_id) AS leaves
  FULL JOIN (SELECT commons_id, count(*) AS count, max(number) AS last
               FROM journal_node WHERE level = 1 GROUP BY commons_id) AS kept
       USING (commons_id)
 WHERE coalesce(kept.count, 0) <> coalesce(leaves.count, 0) / 256
    OR kept.last <> kept.count - 1;
