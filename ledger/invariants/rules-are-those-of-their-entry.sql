-- The rules in force are those that entries of the journal record, no others (LED-30).
-- Returns each rules that no entry spells so, and each entry whose rules are not in force.
SELECT commons_id, entry_id
  FROM journal_rules AS kept
  FULL JOIN (SELECT commons_id, entry_id, recorded_at, leaf::jsonb -> 'details' AS said
               FROM journal_entry
              WHERE kind = 'document'
                AND leaf::jsonb -> 'details' ->> 'document' = 'rules') AS recorded
       USING (commons_id, entry_id)
 WHERE kept.decided_at IS DISTINCT FROM recorded.recorded_at
    OR kept.quorum IS DISTINCT FROM (said ->> 'quorum')::numeric
    OR kept.attesters IS DISTINCT FROM
       CASE WHEN said ->> 'attesters' = 'everyone' THEN '{}'
            ELSE string_to_array(said ->> 'attesters', ' ') END
    OR kept.contest_days IS DISTINCT FROM (said ->> 'contest-days')::numeric
    OR kept.silence_accepts IS DISTINCT FROM (said ->> 'silence' = 'accepts')
    OR kept.advance IS DISTINCT FROM (said ->> 'advance')::numeric;
