-- What is known of the newest zip: how it ended when it was taken, or how long it has been the same; and whether one came lately.
-- $1 source, $2 name, $3 bytes, $4 time, NULL where no zip fits.
SELECT f.outcome, f.words, f.archived_as,
       EXISTS (SELECT FROM pickup_file x WHERE x.district_id = tenant() AND x.source_id = p.source_id AND x.mtime > $4::bigint),
       p.seen_name = $2 AND p.seen_bytes = $3::bigint AND p.seen_mtime = $4::bigint
           AND p.seen_at <= now() - p.settle_ms * interval '1 ms',
       p.seen_name = $2 AND (p.seen_bytes, p.seen_mtime) IS DISTINCT FROM ($3::bigint, $4::bigint),
       coalesce((SELECT max(x.taken_at) FROM pickup_file x WHERE x.district_id = tenant() AND x.source_id = p.source_id AND x.outcome = 'taken'),
                p.set_at) < now() - p.max_age_ms * interval '1 ms',
       EXISTS (SELECT FROM pickup_file x WHERE x.district_id = tenant() AND x.source_id = p.source_id AND x.outcome = 'taken')
FROM source_pickup p
LEFT JOIN pickup_file f ON f.district_id = p.district_id AND f.source_id = p.source_id AND f.name = $2 AND f.bytes = $3::bigint AND f.mtime = $4::bigint
WHERE p.district_id = tenant() AND p.source_id = $1::uuid
