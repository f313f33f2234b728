-- People added by hand. $1 limit.
SELECT h.account_id, a.status,
       (SELECT string_agg(DISTINCT r.role, ', ' ORDER BY r.role) FROM account_role r WHERE r.district_id = tenant() AND r.account_id = h.account_id AND r.ended_on IS NULL),
       (SELECT string_agg(l.sourced_id, ', ' ORDER BY l.sourced_id) FROM account_link l WHERE l.district_id = tenant() AND l.account_id = h.account_id),
       h.reason, h.set_by, h.set_at, h.until, coalesce(h.until <= local_date(d.time_zone), false)
FROM hand_person h JOIN account a USING (district_id, account_id) JOIN district d USING (district_id)
WHERE h.district_id = tenant() ORDER BY h.set_at, h.account_id LIMIT $1::bigint
