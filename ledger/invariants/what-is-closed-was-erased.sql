-- Every personal value is there, unless an entry says it was erased; then it is gone (LED-34).
-- Returns each value that disappeared without one, and each that is still there after it.
WITH erased AS (
  SELECT commons_id, about AS entry_id,
         unnest(string_to_array(leaf::jsonb -> 'details' ->> 'fields', ' ')) AS field
    FROM journal_entry
   WHERE kind = 'erasure'
), committed AS (
  SELECT commons_id, entry_id, jsonb_object_keys(leaf::jsonb -> 'personal') AS field
    FROM journal_entry
)
SELECT commons_id, entry_id, field, personal.field IS NOT NULL AS is_open
  FROM committed
  LEFT JOIN journal_personal AS personal USING (commons_id, entry_id, field)
 WHERE (personal.field IS NULL)
       <> EXISTS (SELECT FROM erased
                   WHERE erased.commons_id = committed.commons_id
                     AND erased.entry_id = committed.entry_id
                     AND erased.field = committed.field);
