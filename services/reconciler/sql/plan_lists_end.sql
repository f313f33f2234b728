-- A list is over when its class's terms are, or its class or source has gone, and nobody is on it
-- whom the roster put there: kept as it was, with whom people added by hand. $1 run, $2 today.
UPDATE user_list u SET ended_on = $2::date, ended_run = $1::uuid, version = u.version + 1
FROM plan_class c
WHERE u.district_id = tenant() AND u.ended_on IS NULL AND c.source_id = u.source_id
  AND c.class_id = u.class_id AND (c.over OR NOT c.running)
  AND NOT EXISTS (
      SELECT FROM membership h WHERE h.district_id = tenant() AND h.list_id = u.list_id
          AND h.ended_on IS NULL AND h.origin = 'roster')
