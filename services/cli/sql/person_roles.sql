-- $1 account. Whom no source carries has roles too: imported, or added by hand.
SELECT r.role, coalesce(o.body ->> 'name', r.school_id), s.name, r.began_on, r.ended_on, r.school_id
FROM account_role r
LEFT JOIN source s ON s.district_id = tenant() AND s.source_id = r.source_id
LEFT JOIN mirror_record o ON o.district_id = tenant() AND o.source_id = r.source_id AND o.collection = 'orgs' AND o.sourced_id = r.school_id
WHERE r.district_id = tenant() AND r.account_id = $1::uuid ORDER BY r.ended_on IS NOT NULL, r.role, 2
