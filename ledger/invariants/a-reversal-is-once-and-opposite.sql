-- A correction is one reversal, of no reversal, with the opposite quantity and postings (LED-4).
-- Returns each reversal that is not.
SELECT later.commons_id, later.entry_id, later.about
  FROM journal_entry AS later
  LEFT JOIN journal_entry AS target
         ON target.commons_id = later.commons_id AND target.entry_id = later.about
 WHERE later.kind = 'reversal'
   AND (target.entry_id IS NULL
        OR target.kind = 'reversal'
        OR later.quantity IS DISTINCT FROM -target.quantity
        OR EXISTS (SELECT 1 FROM journal_entry AS other
                    WHERE other.commons_id = later.commons_id AND other.about = later.about
                      AND other.kind = 'reversal' AND other.entry_id <> later.entry_id)
        OR EXISTS (SELECT account_id, unit
                     FROM journal_posting AS moved
                    WHERE moved.commons_id = later.commons_id
                      AND moved.entry_id IN (later.entry_id, later.about)
                    GROUP BY account_id, unit
                   HAVING sum(amount) <> 0));
