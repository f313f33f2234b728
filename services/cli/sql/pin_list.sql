-- $1 limit.
SELECT p.account_id, p.field, p.reason, p.set_by, p.set_at, p.until, coalesce(p.until <= local_date(d.time_zone), false)
FROM pin p JOIN district d USING (district_id)
WHERE p.district_id = tenant() ORDER BY p.set_at, p.account_id, p.field LIMIT $1::bigint
