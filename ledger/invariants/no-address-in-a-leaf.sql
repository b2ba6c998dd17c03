-- An e-mail address stands in no leaf and in no personal text, hashed or not (LED-11).
-- Returns each entry with something like one, or with a field made for one.
SELECT commons_id, entry_id
  FROM journal_entry
 WHERE leaf ~ '[^"\s@]+@[^"\s@]+\.[a-zA-Z]{2,}'
    OR leaf::jsonb -> 'personal' ?| ARRAY['email', 'e-mail', 'mail', 'address']
    OR leaf::jsonb -> 'details' ?| ARRAY['email', 'e-mail', 'mail', 'address']
 UNION
SELECT commons_id, entry_id
  FROM journal_personal
 WHERE value ~ '[^\s@<>"''(),;:/]@([[:alnum:]_-]+\.)+[[:alpha:]]{2,}';
