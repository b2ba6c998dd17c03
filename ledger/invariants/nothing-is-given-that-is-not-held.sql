-- Only funders, the chamber, the outside and a declared advance may be negative (LED-13, LED-35).
-- Returns each other account whose postings sum to less than it may; of the advances a commons
-- ever ruled the greatest counts, in euros.
SELECT commons_id, account_id, kind, unit, sum(amount) AS total
  FROM journal_posting
  JOIN journal_account USING (commons_id, account_id)
 WHERE kind NOT IN ('funder', 'chamber', 'outside')
 GROUP BY commons_id, account_id, kind, unit
HAVING sum(amount) < CASE WHEN kind = 'commons' AND unit = 'EUR'
                          THEN -coalesce((SELECT max(advance)
                                            FROM journal_rules
                                           WHERE journal_rules.commons_id
                                                 = journal_posting.commons_id), 0)
                          ELSE 0 END;
