-- Only who funds, the chamber and the outside may be negative (LED-13).
-- Returns each other account whose postings sum to less than zero.
SELECT commons_id, account_id, kind, unit, sum(amount) AS total
  FROM journal_posting
  JOIN journal_account USING (commons_id, account_id)
 WHERE kind NOT IN ('funder', 'chamber', 'outside')
 GROUP BY commons_id, account_id, kind, unit
HAVING sum(amount) < 0;
