-- $1 mail, $2 attempt, $3 state, $4 code or NULL, $5 the server's words.
UPDATE mail SET state = $3::text, ended_at = now(), smtp_code = $4::int, smtp_reply = $5::text
WHERE district_id = tenant() AND mail_id = $1::uuid AND attempts = $2::int AND state = 'handed over' RETURNING state
