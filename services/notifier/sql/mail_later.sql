-- Tried again later, until the owner's day has ended (at least so long as $7 says). $1 mail, $2 attempt, $3 as in mail_end, unused where it
-- is tried again, $4 code, $5 words, $6 milliseconds until then, $7 milliseconds that it is tried at least.
UPDATE mail x SET smtp_code = $4::int, smtp_reply = $5::text, due_at = now() + $6::bigint * interval '1 ms',
    state = CASE WHEN t.over THEN $3::text ELSE 'planned' END, ended_at = CASE WHEN t.over THEN now() END
FROM (SELECT now() >= greatest((y.local_day + 1)::timestamp AT TIME ZONE coalesce(m.time_zone, d.time_zone),
                               y.planned_at + $7::bigint * interval '1 ms') AS over
      FROM mail y JOIN member m USING (district_id, member_id) JOIN district d USING (district_id)
      WHERE y.district_id = tenant() AND y.mail_id = $1::uuid) t
WHERE x.district_id = tenant() AND x.mail_id = $1::uuid AND x.attempts = $2::int AND x.state = 'handed over'
RETURNING x.state
