-- The reader whose turn it is, held until the digest is planned: another notifier takes another.
SELECT encode(reader, 'hex'), CASE WHEN due_at <= now() THEN due_at::text END, coalesce(due_at > now() - interval '15 minutes', false)
FROM digest_reader WHERE look_at <= now() ORDER BY look_at LIMIT 1 FOR UPDATE SKIP LOCKED
