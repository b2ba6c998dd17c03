-- Whatever is kept of a journal is of a journal that was opened, under its name (LED-18).
-- Returns each commons of which something is kept without a journal, or with another's origin.
SELECT commons_id, origin
  FROM (SELECT commons_id FROM journal
         UNION SELECT commons_id FROM journal_unit
         UNION SELECT commons_id FROM journal_rules
         UNION SELECT commons_id FROM journal_entry
         UNION SELECT commons_id FROM journal_personal
         UNION SELECT commons_id FROM journal_account
         UNION SELECT commons_id FROM journal_holder
         UNION SELECT commons_id FROM journal_posting
         UNION SELECT commons_id FROM journal_balance
         UNION SELECT commons_id FROM journal_queue
         UNION SELECT commons_id FROM journal_leaf
         UNION SELECT commons_id FROM journal_node
         UNION SELECT commons_id FROM journal_checkpoint
         UNION SELECT commons_id FROM head) AS kept
  LEFT JOIN journal USING (commons_id)
 WHERE origin IS NULL OR NOT origin ~ ('^[^[:space:]+]+/' || commons_id || '$');
