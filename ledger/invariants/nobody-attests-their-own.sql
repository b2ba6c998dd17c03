-- Nobody attests their own contribution, nor the same one twice (LED-15).
-- Returns each attestation that does.
SELECT attested.commons_id, attested.entry_id
  FROM journal_personal AS attested
  JOIN journal_entry AS attestation USING (commons_id, entry_id)
 WHERE attested.field = 'attester'
   AND attestation.kind = 'attestation'
   AND (EXISTS (SELECT 1 FROM journal_personal AS own
                 WHERE own.commons_id = attested.commons_id
                   AND own.entry_id = attestation.about
                   AND own.field = 'contributor' AND own.value = attested.value)
        OR EXISTS (SELECT 1
                     FROM journal_personal AS twin
                     JOIN journal_entry AS other USING (commons_id, entry_id)
                    WHERE twin.commons_id = attested.commons_id
                      AND twin.entry_id <> attested.entry_id
                      AND twin.field = 'attester' AND twin.value = attested.value
                      AND other.about = attestation.about AND other.kind = 'attestation'));
