-- The roles that the sources' words stand for: how many people, and how many of those at a chosen school ($1, SIS ids). $2 a source, or NULL: all.
SELECT e ->> 'role', count(DISTINCT (m.source_id, m.sourced_id)), count(DISTINCT (m.source_id, m.sourced_id)) FILTER (WHERE e ->> 'org' = ANY ($1::text[]))
FROM mirror_record m CROSS JOIN LATERAL jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) e
WHERE m.district_id = tenant() AND m.collection = 'users' AND m.present
  AND m.source_id = coalesce($2::uuid, m.source_id)
GROUP BY 1 ORDER BY 2 DESC, 1
