-- What no sync changes because a person said so: pins, those of them that differ from the SIS, exclusions. $1 member, $2 zone, $3 since,
-- $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools WHERE $2::text <> ''
), pinned AS (
    SELECT count(*) AS n FROM pin p JOIN district d USING (district_id)
    WHERE p.district_id = tenant() AND coalesce(p.until > local_date(d.time_zone), true) AND $3::timestamptz >= $4::timestamptz
), excluded AS (
    SELECT count(*) AS n FROM exclusion x JOIN district d USING (district_id)
    WHERE x.district_id = tenant() AND coalesce(x.until > local_date(d.time_zone), true)
), differs AS (
    SELECT p.sourced_id, p.field FROM scope, pinned, pins_that_differ() p
    WHERE pinned.n > 0 AND (scope.schools IS NULL OR EXISTS (SELECT FROM account_role r
          WHERE r.district_id = tenant() AND r.account_id = p.account_id AND r.school_id = ANY (scope.schools)))
)
SELECT jsonb_build_object('pins', CASE WHEN scope.schools IS NULL THEN pinned.n ELSE 0 END,
    'excluded', CASE WHEN scope.schools IS NULL THEN excluded.n ELSE 0 END, 'differ', (SELECT count(*) FROM differs),
    'records', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', sourced_id, 'field', field) ORDER BY sourced_id, field), '[]')
                FROM (SELECT * FROM differs ORDER BY sourced_id, field LIMIT 10) x))
FROM scope, pinned, excluded
