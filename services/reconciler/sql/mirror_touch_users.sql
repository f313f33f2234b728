-- Users with a role at an org that moved, and users whose guardian did.
INSERT INTO w_touched (sourced_id)
SELECT u.sourced_id FROM mirror_record u, LATERAL jsonb_array_elements(coalesce(u.body -> 'roles',
    '[]')) AS r (role)
JOIN w_moved w ON w.collection = 'orgs' AND w.sourced_id = r.role ->> 'org'
WHERE u.source_id = $1::uuid AND u.collection = 'users' AND
    EXISTS (SELECT FROM w_moved x WHERE x.collection = 'orgs')
UNION
SELECT u.sourced_id FROM mirror_record u,
    LATERAL jsonb_array_elements_text(coalesce(u.body -> 'agents', '[]')) AS g (id)
JOIN w_moved w ON w.collection = 'users' AND w.sourced_id = g.id
WHERE u.source_id = $1::uuid AND u.collection = 'users' AND
    EXISTS (SELECT FROM w_moved x WHERE x.collection = 'users')
