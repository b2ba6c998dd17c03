-- Leaves are numbered 0, 1, 2… in each journal, with no gap (LED-17).
-- Returns each journal where they are not.
SELECT commons_id, count(*) AS leaves, min(leaf_index) AS first, max(leaf_index) AS last
  FROM journal_leaf
 GROUP BY commons_id
HAVING min(leaf_index) <> 0 OR max(leaf_index) <> count(*) - 1;
