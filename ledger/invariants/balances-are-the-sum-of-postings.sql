-- A balance is the sum of the postings of its account, and nothing else (LED-12).
-- Returns each account and unit where the two differ, or that moved and has no balance.
SELECT commons_id, account_id, unit, held.amount AS held, moved.amount AS moved
  FROM journal_balance AS held
  FULL JOIN (SELECT commons_id, account_id, unit, sum(amount) AS amount
               FROM journal_posting
              GROUP BY commons_id, account_id, unit) AS moved
       USING (commons_id, account_id, unit)
 WHERE coalesce(held.amount, 0) <> coalesce(moved.amount, 0)
    OR held.amount IS NULL;
