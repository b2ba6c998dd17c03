-- An e-mail address stands in no leaf, hashed or not (LED-11).
-- Returns each entry whose leaf holds something like one, or a field made for one.
SELECT commons_id, entry_id
  FROM journal_entry
 WHERE leaf ~ '[^"\s@]+@[^"\s@]+\.[a-zA-Z]{2,}'
    OR leaf::jsonb -> 'personal' ?| ARRAY['email', 'e-mail', 'mail', 'address']
    OR leaf::jsonb -> 'details' ?| ARRAY['email', 'e-mail', 'mail', 'address'];
