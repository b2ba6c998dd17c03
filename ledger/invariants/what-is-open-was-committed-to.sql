-- A personal value and its salt give the commitment of the leaf (LED-10).
-- Returns each personal value that does not, or that is of no entry.
SELECT commons_id, entry_id, field
  FROM journal_personal
  LEFT JOIN journal_entry USING (commons_id, entry_id)
 WHERE octet_length(salt) <> 32
    OR leaf::jsonb -> 'personal' ->> field IS DISTINCT FROM
       encode(sha256(convert_to('commons/commitment/1' || chr(10), 'UTF8')
                     || int2send(octet_length(field)::smallint)
                     || convert_to(field, 'UTF8') || salt || convert_to(value, 'UTF8')), 'hex');
