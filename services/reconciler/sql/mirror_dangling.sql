-- References to records that the source does not carry now: findings, never drops (C6). Only a
-- sealed collection can lack somebody. $3: of everybody, or of those in w_look.
WITH readable AS NOT MATERIALIZED (
    SELECT m.collection, m.sourced_id, m.user_ref, m.class_ref, m.body
    FROM mirror_record m
    WHERE $3::boolean AND m.source_id = $1::uuid AND m.present AND NOT m.unread
    UNION ALL
    SELECT l.collection, l.sourced_id, m.user_ref, m.class_ref, m.body
    FROM w_look l CROSS JOIN LATERAL (
        SELECT m.user_ref, m.class_ref, m.body FROM mirror_record m
        WHERE m.district_id = tenant() AND m.source_id = $1::uuid AND m.collection = l.collection
          AND m.sourced_id = l.sourced_id AND m.present AND NOT m.unread OFFSET 0) m
    WHERE NOT $3::boolean
), refs AS (
    SELECT collection, sourced_id, 'user' AS field, 'users' AS target, user_ref AS id FROM readable
        WHERE collection = 'enrollments'
    UNION ALL
    SELECT collection, sourced_id, 'class', 'classes', class_ref FROM readable
        WHERE collection = 'enrollments'
    UNION ALL
    SELECT collection, sourced_id, 'roles.org', 'orgs',
        jsonb_array_elements(body -> 'roles') ->> 'org' FROM readable
    WHERE collection = 'users' AND body ? 'roles'
    UNION ALL
    SELECT collection, sourced_id, 'agents', 'users', jsonb_array_elements_text(body -> 'agents')
        FROM readable
    WHERE collection = 'users' AND body ? 'agents'
    UNION ALL
    SELECT collection, sourced_id, 'terms', 'academicSessions',
        jsonb_array_elements_text(body -> 'terms') FROM readable
    WHERE collection = 'classes' AND body ? 'terms'
    UNION ALL
    SELECT collection, sourced_id, 'course', 'courses', body ->> 'course' FROM readable
        WHERE collection = 'classes'
    UNION ALL
    SELECT collection, sourced_id, 'school', 'orgs', body ->> 'school' FROM readable
        WHERE collection = 'classes'
    UNION ALL
    SELECT collection, sourced_id, 'org', 'orgs', body ->> 'org' FROM readable
        WHERE collection = 'courses'
    UNION ALL
    SELECT collection, sourced_id, 'parent', collection, body ->> 'parent' FROM readable
        WHERE collection IN ('orgs', 'academicSessions')
    UNION ALL
    SELECT collection, sourced_id, 'resources', 'resources',
        jsonb_array_elements_text(body -> 'resources') FROM readable
    WHERE collection IN ('users', 'classes', 'courses') AND body ? 'resources'
      -- read for those alone who opted in to resources
      AND EXISTS (SELECT FROM run_collection c WHERE c.run_id = $2::uuid
          AND c.collection = 'resources' AND c.sealed)
)
INSERT INTO w_dangling (collection, sourced_id, field, target)
SELECT DISTINCT r.collection, r.sourced_id, r.field, r.target
FROM refs r
WHERE r.id IS NOT NULL
  AND r.target IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $2::uuid AND c.sealed)
  AND NOT EXISTS (SELECT FROM mirror_record t
                  WHERE t.source_id = $1::uuid AND t.collection = r.target AND t.sourced_id = r.id
                      AND t.present
                    AND t.collection <> 'enrollments')
