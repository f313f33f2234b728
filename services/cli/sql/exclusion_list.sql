-- $1 limit.
SELECT x.node, x.reason, x.set_by, x.set_at, x.until, coalesce(x.until <= local_date(d.time_zone), false)
FROM exclusion x JOIN district d USING (district_id)
WHERE x.district_id = tenant() ORDER BY x.set_at, x.node LIMIT $1::bigint
