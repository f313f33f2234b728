-- $1 name, $2 by whom.
INSERT INTO application (name, made_by) VALUES ($1::text, $2::text)
ON CONFLICT (name) DO NOTHING RETURNING application_id
