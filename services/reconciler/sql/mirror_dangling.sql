-- References to records that the source does not carry now: findings, never drops (C6). Only a sealed collection can lack somebody.
WITH refs AS (
    SELECT m.collection, m.sourced_id, r.field, r.target, r.id
    FROM mirror_record m
    CROSS JOIN LATERAL (
        SELECT 'user' AS field, 'users' AS target, m.user_ref AS id WHERE m.collection = 'enrollments'
        UNION ALL SELECT 'class', 'classes', m.class_ref WHERE m.collection = 'enrollments') r
    WHERE m.source_id = $1::uuid AND m.collection = 'enrollments' AND m.present AND NOT m.unread
    UNION ALL
    SELECT m.collection, m.sourced_id, r.field, r.target, r.id
    FROM mirror_record m
    CROSS JOIN LATERAL (
        SELECT 'roles.org' AS field, 'orgs' AS target, o ->> 'org' AS id FROM jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) o
        UNION ALL SELECT 'agents', 'users', a FROM jsonb_array_elements_text(coalesce(m.body -> 'agents', '[]')) a) r
    WHERE m.source_id = $1::uuid AND m.collection = 'users' AND m.present AND NOT m.unread
    UNION ALL
    SELECT m.collection, m.sourced_id, r.field, r.target, r.id
    FROM mirror_record m
    CROSS JOIN LATERAL (
        SELECT 'course' AS field, 'courses' AS target, m.body ->> 'course' AS id
        UNION ALL SELECT 'school', 'orgs', m.body ->> 'school'
        UNION ALL SELECT 'terms', 'academicSessions', t FROM jsonb_array_elements_text(coalesce(m.body -> 'terms', '[]')) t) r
    WHERE m.source_id = $1::uuid AND m.collection = 'classes' AND m.present AND NOT m.unread
    UNION ALL
    SELECT m.collection, m.sourced_id, r.field, r.target, r.id
    FROM mirror_record m
    CROSS JOIN LATERAL (VALUES ('courses', 'org', 'orgs'), ('orgs', 'parent', 'orgs'), ('academicSessions', 'parent', 'academicSessions'),
                               ('courses', 'schoolYear', 'academicSessions')) AS f (collection, field, target)
    CROSS JOIN LATERAL (SELECT f.field, f.target, m.body ->> f.field AS id) r
    WHERE m.source_id = $1::uuid AND m.collection IN ('courses', 'orgs', 'academicSessions') AND m.present AND NOT m.unread
      AND f.collection = m.collection
)
INSERT INTO w_dangling (collection, sourced_id, field, target)
SELECT DISTINCT r.collection, r.sourced_id, r.field, r.target
FROM refs r
WHERE r.id IS NOT NULL
  AND r.target IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $2::uuid AND c.sealed)
  AND NOT EXISTS (SELECT FROM mirror_record t WHERE t.source_id = $1::uuid AND t.collection = r.target AND t.sourced_id = r.id AND t.present)
