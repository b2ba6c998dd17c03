-- What is signed of a journal soon stands among the heads (LED-24): here, within an hour.
-- Returns each journal whose checkpoint was signed an hour before the latest of all, and that
-- has no head as large.
SELECT commons_id, max(tree_size) AS signed,
       (SELECT max(head.tree_size) FROM head
         WHERE head.commons_id = journal_checkpoint.commons_id) AS head
  FROM journal_checkpoint
 WHERE signed_at < (SELECT max(signed_at) FROM journal_checkpoint) - interval '1 hour'
 GROUP BY commons_id
HAVING max(tree_size) > coalesce((SELECT max(head.tree_size) FROM head
                                   WHERE head.commons_id = journal_checkpoint.commons_id), 0);
