-- P5: classes under new ids wait where they are above their share of a school's lists, or above a
-- number, and where they waited before. $1 percent, $2 number; 0: no number; $3 the schools that go
-- first, or NULL: while anything waits for those, others wait with it. A school's own limit and its
-- source's go before the district's, the lower of the two. Of a plan that was discarded since counts
-- what it held, its decisions do not.
WITH canary AS MATERIALIZED (SELECT c AS school FROM canary_schools($3::text[]) c),
before AS MATERIALIZED (
    SELECT i.subject, i.new_value, i.hold FROM plan p
    JOIN decided_item i ON i.district_id = tenant() AND i.plan_id = p.plan_id
    WHERE p.district_id = tenant() AND i.outcome IS NULL
        AND (p.state = 'open' OR (p.state = 'discarded' AND NOT EXISTS (
            SELECT FROM plan q WHERE q.district_id = tenant() AND q.made_at > p.made_at
                AND q.state <> 'test')))
        AND ((i.hold = 'canary school' AND (i.decision IS NULL OR p.state = 'discarded'))
            OR (i.kind = 'rename' AND i.field = 'class'
                AND i.hold NOT IN ('additions only', 'blackout date')
                AND (i.decision IS DISTINCT FROM 'approved' OR p.state = 'discarded')))),
own AS (
    SELECT scope, name, CASE WHEN name LIKE '%-number' THEN coalesce(nullif(n, 0), 2147483647)
        ELSE n END AS value
    FROM (SELECT scope, name, (value #>> '{}')::int AS n FROM plan_setting
        WHERE name LIKE 'threshold-rekeyed-%' AND scope <> '') s),
many AS (
    SELECT r.source_id, r.school
    FROM (SELECT source_id, school, count(*) AS pairs FROM plan_relist GROUP BY 1, 2) r
    CROSS JOIN LATERAL (
        SELECT coalesce(min(o.value) FILTER (WHERE o.name LIKE '%-percent'), $1::int) AS percent,
            coalesce(min(o.value) FILTER (WHERE o.name LIKE '%-number'),
                nullif($2::int, 0)) AS number
        FROM own o WHERE o.scope IN ('school:' || r.school, 'source:' || r.source_id)) l
    CROSS JOIN LATERAL (
        SELECT count(*) AS lists FROM user_list u
        WHERE u.district_id = tenant() AND u.source_id = r.source_id
            AND coalesce(u.school_id, '') = r.school
            AND u.ended_on IS NULL) n
    WHERE (r.pairs >= 5 AND r.pairs * 100 > l.percent * n.lists) OR r.pairs > l.number)
UPDATE plan_relist r SET hold = 're-keyed'
WHERE r.hold IN ('', 'additions only', 'blackout date') AND ((r.source_id, r.school) IN (SELECT m.source_id, m.school FROM many m)
    OR EXISTS (SELECT FROM before b
        WHERE b.subject = 'l:' || r.list_id AND b.new_value = r.now)
    OR ($3::text[] IS NOT NULL AND NOT EXISTS (SELECT FROM canary c WHERE c.school = r.school)
        AND EXISTS (SELECT FROM before b WHERE b.hold = 'canary school')))
