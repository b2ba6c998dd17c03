-- Every unit is declared, and no amount is finer than its unit (LED-9, LED-36).
-- Returns each amount of an unknown unit, or with more decimals than its unit has.
WITH known AS (
  SELECT commons_id, code, scale FROM journal_unit WHERE code NOT IN ('EUR', 'minute', 'commit')
   UNION ALL
  SELECT commons_id, code, scale
    FROM journal, (VALUES ('EUR', 2), ('minute', 0), ('commit', 0)) AS built_in (code, scale)
)
SELECT counted.commons_id, entry_id, unit, amount
  FROM (SELECT commons_id, entry_id, unit, quantity AS amount FROM journal_entry
         WHERE unit IS NOT NULL
         UNION ALL
        SELECT commons_id, entry_id, unit, amount FROM journal_posting) AS counted
  LEFT JOIN known ON known.commons_id = counted.commons_id AND known.code = counted.unit
 WHERE known.scale IS NULL OR counted.amount <> round(counted.amount, known.scale);
