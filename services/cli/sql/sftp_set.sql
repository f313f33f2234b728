-- Where a source's zips are picked up; what is NULL stays, or has its default. The next look is due at once.
-- $1 source, $2 host, $3 user, $4 auth, $5 host keys, $6 folder, $7 pattern, $8 archive, $9 leave, $10 every, $11 settle, $12 max age.
INSERT INTO source_pickup AS p (district_id, source_id, host, user_name, auth, host_keys, folder, pattern, archive, every_ms, settle_ms, max_age_ms)
SELECT tenant(), $1::uuid, coalesce($2, o.host), coalesce($3, o.user_name), coalesce($4, o.auth), coalesce($5, o.host_keys), coalesce($6, o.folder, ''),
       coalesce($7, o.pattern, '*.zip'), CASE WHEN NOT $9::boolean THEN coalesce($8, o.archive) END, coalesce($10::bigint, o.every_ms, 900000),
       coalesce($11::bigint, o.settle_ms, 60000), coalesce($12::bigint, o.max_age_ms, 129600000)
FROM (SELECT 1) one LEFT JOIN source_pickup o ON o.district_id = tenant() AND o.source_id = $1::uuid
ON CONFLICT (district_id, source_id) DO UPDATE SET host = excluded.host, user_name = excluded.user_name, auth = excluded.auth,
    host_keys = excluded.host_keys, folder = excluded.folder, pattern = excluded.pattern, archive = excluded.archive, every_ms = excluded.every_ms,
    settle_ms = excluded.settle_ms, max_age_ms = excluded.max_age_ms, set_at = now(), due_at = now(), starts = 0, seen_name = NULL, seen_at = NULL,
    trouble = NULL, words = NULL, trouble_since = NULL, trouble_looks = 0, told = NULL
