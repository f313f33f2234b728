-- Lanes that wait for the end of quiet hours which are others now, or none, are due at once: their fetcher asks anew when that is. $1 source.
WITH woken AS (
    UPDATE lane SET due_at = now()
    WHERE district_id = tenant() AND source_id = $1::uuid AND state IN ('open', 'waiting') AND due_at > now()
      AND reason LIKE 'the source''s quiet hours:%' RETURNING run_id, collection, pass)
UPDATE run_collection c SET pass_started_at = now()
WHERE c.district_id = tenant() AND c.pass_started_at > now()
  AND EXISTS (SELECT FROM woken w WHERE w.run_id = c.run_id AND w.collection = c.collection AND w.pass = c.pass)
