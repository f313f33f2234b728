-- Uploads of the district, or the one of that id.
SELECT u.upload_id, s.name, u.name, u.version,
       (SELECT coalesce(sum(f.records), 0) FROM upload_file f WHERE f.district_id = u.district_id AND f.upload_id = u.upload_id),
       jsonb_array_length(u.findings),
       CASE WHEN u.discarded_at IS NOT NULL THEN 'discarded' WHEN u.used_at IS NOT NULL THEN 'read'
            WHEN u.superseded_at IS NOT NULL THEN 'superseded'
            WHEN EXISTS (SELECT FROM run r WHERE r.district_id = u.district_id AND r.upload_id = u.upload_id AND r.finished_at IS NULL)
            THEN 'being read' ELSE 'waiting' END,
       u.added_at, u.added_by, u.used_run, u.bytes
FROM upload u JOIN source s ON s.district_id = u.district_id AND s.source_id = u.source_id
WHERE u.district_id = tenant() AND ($1::uuid IS NULL OR u.upload_id = $1::uuid)
ORDER BY u.upload_id DESC LIMIT $2::bigint
