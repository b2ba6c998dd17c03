-- Whose money it is, is whom the leaf committed to, until they are erased (LED-10, LED-12).
-- Returns each line of a person's account held by another, or by nobody, or after an erasure,
-- and each holder of an account that is no person's.
SELECT moved.commons_id, moved.entry_id, moved.line, moved.account_id
  FROM journal_posting AS moved
  JOIN journal_account AS account USING (commons_id, account_id)
  LEFT JOIN journal_holder AS holder USING (commons_id, account_id)
  LEFT JOIN journal_personal AS named
         ON named.commons_id = moved.commons_id AND named.entry_id = moved.entry_id
        AND named.field = 'account.' || moved.line
 WHERE CASE WHEN account.kind = 'person' THEN holder.person_id::text IS DISTINCT FROM named.value
            ELSE holder.person_id IS NOT NULL END
 UNION ALL
SELECT commons_id, NULL, NULL, account_id
  FROM journal_holder
  LEFT JOIN journal_account AS account USING (commons_id, account_id)
 WHERE account.kind IS DISTINCT FROM 'person';
