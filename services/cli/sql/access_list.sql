-- Active accounts per role and school, with access and without. Who has two roles is counted in both.
SELECT r.role, coalesce(max(o.body ->> 'name'), nullif(r.school_id, ''), 'the district'),
       count(DISTINCT a.account_id) FILTER (WHERE a.access), count(DISTINCT a.account_id) FILTER (WHERE NOT a.access), r.school_id
FROM account a
JOIN account_role r ON r.district_id = tenant() AND r.account_id = a.account_id AND r.ended_on IS NULL
LEFT JOIN mirror_record o ON o.district_id = tenant() AND o.source_id = r.source_id AND o.collection = 'orgs' AND o.sourced_id = r.school_id
WHERE a.district_id = tenant() AND a.status = 'active' AND a.kind = 'account'
GROUP BY r.role, r.school_id ORDER BY r.role, 2
