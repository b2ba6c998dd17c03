-- Who attests is kept with the entry that is attested, so that they do it once (LED-15).
-- Returns each personal value that is kept with another entry than the leaf says.
SELECT commons_id, entry_id, field
  FROM journal_personal AS personal
  JOIN journal_entry AS entry USING (commons_id, entry_id)
 WHERE personal.about IS DISTINCT FROM
       CASE WHEN personal.field = 'attester' THEN (entry.leaf::jsonb ->> 'about')::uuid END;
