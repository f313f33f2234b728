-- $1 offsets of the reconcilers' group in batch.normalized.
UPDATE bus_mark m SET passed_at = clock_timestamp()
WHERE m.passed_at IS NULL AND m.batch_ends IS NOT NULL
  AND NOT EXISTS (SELECT FROM jsonb_each_text(m.batch_ends) e WHERE coalesce(($1::jsonb ->> e.key)::bigint, 0) < e.value::bigint)
