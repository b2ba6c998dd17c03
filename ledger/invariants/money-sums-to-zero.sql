-- What leaves an account enters another: postings sum to zero (LED-12).
-- Returns each entry and unit where they do not.
SELECT commons_id, entry_id, unit, sum(amount) AS total
  FROM journal_posting
 GROUP BY commons_id, entry_id, unit
HAVING sum(amount) <> 0;
