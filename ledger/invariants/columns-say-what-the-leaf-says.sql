-- What is searched and summed is what the leaf says: nothing is stored twice differently (LED-6).
-- Returns each entry where a column and the leaf differ.
SELECT commons_id, entry_id
  FROM (SELECT *, leaf::jsonb AS said FROM journal_entry) AS entry
 WHERE said ->> 'commons_id' <> commons_id::text
    OR said ->> 'entry_id' <> entry_id::text
    OR said ->> 'kind' <> kind
    OR (said ->> 'recorded_at')::timestamptz <> recorded_at
    OR (said ->> 'occurred_from')::date <> occurred_from
    OR (said ->> 'occurred_to')::date <> occurred_to
    OR (said ->> 'quantity')::numeric IS DISTINCT FROM quantity
    OR said ->> 'unit' IS DISTINCT FROM unit
    OR (said ->> 'about')::uuid IS DISTINCT FROM about;
