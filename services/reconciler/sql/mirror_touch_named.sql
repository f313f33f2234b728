-- Users that a moved record names: an enrollment its user, a student its guardians (whose standing
-- rests on their students), before and now.
INSERT INTO w_touched (sourced_id)
SELECT i.user_ref FROM w_in i WHERE i.collection = 'enrollments'
    AND i.act IN ('new', 'returned', 'changed') AND i.user_ref IS NOT NULL
UNION
SELECT i.old_user FROM w_in i WHERE i.collection = 'enrollments'
    AND i.act IN ('returned', 'changed') AND i.old_user IS NOT NULL
UNION
SELECT a.user_ref FROM w_away a WHERE a.collection = 'enrollments' AND a.user_ref IS NOT NULL
UNION
SELECT g.id FROM w_in i, LATERAL jsonb_array_elements_text(coalesce(i.body -> 'agents',
    '[]') || coalesce(i.old_agents, '[]')) AS g (id)
WHERE i.collection = 'users' AND i.act IN ('new', 'returned', 'changed')
UNION
SELECT g.id FROM w_away a, LATERAL jsonb_array_elements_text(coalesce(a.agents, '[]')) AS g (id)
    WHERE a.collection = 'users'
