-- An ended mail goes out once more, to whoever the member is now; its texts must be there still. $1 mail, $2 by.
UPDATE mail SET state = 'planned', due_at = now(), ended_at = NULL, smtp_code = NULL, smtp_reply = NULL, attempts = 0, told_in = NULL,
    message_id = '<' || uuid7() || '@' || split_part(trim(trailing '>' FROM message_id), '@', 2) || '>', resent_at = now(), resent_by = $2::text
WHERE district_id = tenant() AND mail_id = $1::uuid AND state IN ('accepted', 'refused', 'unknown') AND body_text <> ''
RETURNING message_id
