-- Of those that are due longest some, so that senders side by side rarely meet at one row. $1 at most.
SELECT district_id, mail_id FROM (
    SELECT district_id, mail_id FROM mail WHERE state = 'planned' AND due_at <= now() ORDER BY due_at LIMIT 10 * $1::int) x
ORDER BY random() LIMIT $1::int
