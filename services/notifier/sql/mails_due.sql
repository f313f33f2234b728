SELECT district_id, mail_id FROM mail WHERE state = 'planned' AND due_at <= now() ORDER BY due_at LIMIT $1::int
