-- A reversal moves back, account by account, what the entry it speaks of has moved (LED-4).
-- Returns each account and unit that does not come back to where it was.
SELECT later.commons_id, later.entry_id, moved.account_id, moved.unit,
       sum(moved.amount) AS remains
  FROM journal_entry AS later
  JOIN journal_posting AS moved
    ON moved.commons_id = later.commons_id AND moved.entry_id IN (later.entry_id, later.about)
 WHERE later.kind = 'reversal'
 GROUP BY later.commons_id, later.entry_id, moved.account_id, moved.unit
HAVING sum(moved.amount) <> 0;
