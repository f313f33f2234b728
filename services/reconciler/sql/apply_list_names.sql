-- The memberships that joins name, each once. $1 plan.
INSERT INTO plan_list (name, source_id, class_id, role)
SELECT field, substr(field, 7, 36)::uuid,
    substr(field, 44, length(field) - 44 - length(r.role)), r.role
FROM (
    SELECT DISTINCT field FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL AND kind = 'join'
        AND (decision = 'approved' OR (decision IS NULL AND hold = '')) AND field LIKE 'class:%') f,
    LATERAL (SELECT substring(field FROM '[^:]*$') AS role) r
