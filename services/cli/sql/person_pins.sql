-- $1 account.
SELECT p.field, p.reason, p.set_by, p.set_at, p.until, coalesce(p.until <= local_date(d.time_zone), false)
FROM pin p JOIN district d USING (district_id) WHERE p.district_id = tenant() AND p.account_id = $1::uuid ORDER BY p.field
