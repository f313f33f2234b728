SELECT d.district_id, d.slug, d.name, d.state, d.time_zone, d.paused_at, d.paused_reason, d.policy_version, d.created_at,
       (SELECT count(*) FROM source s WHERE s.removed_at IS NULL AND s.district_id = d.district_id),
       (SELECT count(*) FROM member m WHERE m.removed_at IS NULL AND m.district_id = d.district_id),
       (SELECT count(*) FROM account a WHERE a.status = 'active' AND a.district_id = d.district_id),
       (SELECT count(*) FROM account a WHERE a.status = 'archived' AND a.district_id = d.district_id)
FROM district d WHERE d.district_id = tenant()
