-- A list that was over is one again with whoever the roster puts on it. What it would be called was
-- not looked at meanwhile.
UPDATE user_list u SET ended_on = NULL, ended_run = NULL, called = NULL,
    version = u.version + 1
WHERE u.district_id = tenant() AND u.ended_on IS NOT NULL
  AND EXISTS (
      SELECT FROM membership h WHERE h.district_id = tenant() AND h.list_id = u.list_id
          AND h.ended_on IS NULL AND h.origin = 'roster')
