-- Money moved as the leaf says, line by line (LED-12).
-- Returns each line that only one of the two has, or that differs.
SELECT commons_id, entry_id, line
  FROM (SELECT commons_id, entry_id, said.line, said.posting ->> 'unit' AS unit,
               (said.posting ->> 'amount')::numeric AS amount,
               said.posting ->> 'account' AS account
          FROM journal_entry,
               jsonb_array_elements(leaf::jsonb -> 'postings')
               WITH ORDINALITY AS said (posting, line)) AS said
  FULL JOIN (SELECT commons_id, entry_id, line, unit, amount,
                    kind || coalesce(chr(58) || ref, '') AS account
               FROM journal_posting
               JOIN journal_account USING (commons_id, account_id)) AS moved
       USING (commons_id, entry_id, line)
 WHERE said.amount IS DISTINCT FROM moved.amount
    OR said.unit IS DISTINCT FROM moved.unit
    OR said.account IS DISTINCT FROM moved.account;
