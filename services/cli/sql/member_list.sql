SELECT m.email, m.name, m.role, coalesce(m.time_zone, d.time_zone), m.digest, m.digest_hour,
       (SELECT count(*) FROM member_scope s WHERE s.district_id = m.district_id AND s.member_id = m.member_id),
       CASE mail_standing(m.member_id) WHEN 'reached' THEN 'all' WHEN 'bounced' THEN 'none: the address bounced'
            WHEN 'stopped' THEN 'needed ones: stopped' ELSE 'needed ones: not verified' END,
       (SELECT coalesce(jsonb_agg(s.school_id ORDER BY s.school_id), '[]') FROM member_scope s
        WHERE s.district_id = m.district_id AND s.member_id = m.member_id),
       m.member_id, m.added_at, m.verified_at, m.stopped_at, m.bounced_at, m.bounce_reply, m.soft_bounces
FROM member m JOIN district d USING (district_id)
WHERE m.district_id = tenant() AND m.removed_at IS NULL ORDER BY m.role, lower(m.email)
