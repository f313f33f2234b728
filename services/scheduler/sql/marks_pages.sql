-- Marks that the normalizers' group has come past go on to the ends of batch.normalized, which were asked for after its offsets.
-- $1 offsets of the group in page.fetched, $2 ends of batch.normalized.
UPDATE bus_mark m SET batch_ends = $2::jsonb
WHERE m.batch_ends IS NULL
  AND NOT EXISTS (SELECT FROM jsonb_each_text(m.page_ends) e WHERE coalesce(($1::jsonb ->> e.key)::bigint, 0) < e.value::bigint)
