-- M1, found handed over after a crash: what tells of something that waits is sent again, anything else may have arrived. $1 mail,
-- $2 milliseconds.
UPDATE mail SET state = CASE WHEN held THEN 'planned' ELSE 'unknown' END, ended_at = CASE WHEN held THEN NULL ELSE now() END,
    due_at = now(), smtp_reply = 'the program ended while the mail was handed over'
WHERE district_id = tenant() AND mail_id = $1::uuid AND state = 'handed over' AND handed_at < now() - $2::bigint * interval '1 ms'
RETURNING state
