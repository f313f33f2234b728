-- The memberships that joins name, each once.
INSERT INTO plan_list (name, source_id, class_id, role)
SELECT field, substr(field, 7, 36)::uuid, substr(field, 44, length(field) - 44 - length(r.role)),
    r.role
FROM (SELECT DISTINCT field FROM plan_go WHERE kind = 'join' AND field LIKE 'class:%') f,
    LATERAL (SELECT substring(field FROM '[^:]*$') AS role) r
