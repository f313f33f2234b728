-- Which source may be asked for a person, under which id. $1 the person's node, or NULL: $2 is an id in source $3; $3 NULL: every source.
WITH mine AS (
    SELECT l.source_id, l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1::text LIKE 'a:%' THEN substr($1, 3)::uuid END
    UNION SELECT split_part($1, ':', 2)::uuid, substr($1, 40) WHERE $1 LIKE 'r:%'
    UNION SELECT $3::uuid, $2::text WHERE $1 IS NULL)
SELECT s.source_id, s.name, m.sourced_id, s.kind = 'oneroster-rest', s.mirror_version > 0, s.active_run IS NOT NULL,
       EXISTS (SELECT FROM run r WHERE r.district_id = tenant() AND r.source_id = s.source_id AND r.parked)
FROM mine m JOIN source s ON s.district_id = tenant() AND s.source_id = m.source_id
WHERE s.removed_at IS NULL AND m.source_id = coalesce($3::uuid, m.source_id)
ORDER BY s.authority, s.name, m.sourced_id
