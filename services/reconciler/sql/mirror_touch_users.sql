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
UNION
-- whose birth date moved, where it may say who somebody under a new id is
SELECT u.sourced_id FROM w_moved w
JOIN mirror_record u ON u.source_id = $1::uuid AND u.collection = 'users'
    AND u.sourced_id = w.sourced_id
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = u.source_id
    AND l.sourced_id = u.sourced_id
WHERE w.collection = 'demographics' AND (l.account_id IS NULL OR NOT u.present)
