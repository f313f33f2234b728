-- The roles that a person's records state, for the settings to be asked about. $1 node.
WITH mine AS (
    SELECT l.source_id, l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1::text LIKE 'a:%' THEN substr($1, 3)::uuid END
    UNION
    SELECT CASE WHEN $1 LIKE 'r:%' THEN split_part($1, ':', 2)::uuid END, substr($1, 40))
SELECT m.sourced_id, e ->> 'role', coalesce(o.body ->> 'name', e ->> 'org'),
       CASE WHEN o.body ->> 'type' = 'school' THEN e ->> 'org' ELSE '' END,
       coalesce((e ->> 'endDate')::date < (SELECT local_date(time_zone) FROM district WHERE district_id = tenant()), false),
       m.source_id, m.body -> 'enabled' IS NOT DISTINCT FROM 'false'
FROM mine
JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = mine.source_id AND m.collection = 'users' AND m.sourced_id = mine.sourced_id
CROSS JOIN LATERAL jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) e
LEFT JOIN mirror_record o ON o.district_id = tenant() AND o.source_id = m.source_id AND o.collection = 'orgs' AND o.sourced_id = e ->> 'org'
ORDER BY m.sourced_id, 2, 3
