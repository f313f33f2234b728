-- P5: many ids gone and as many new for the same people are proposed as a mapping: above their share
-- of a role at a school, or above a number, those links wait, and with each what its record joins.
-- $1 plan, $2 percent, $3 number; 0: no number. A school's own limit goes before.
WITH pair AS MATERIALIZED (
    SELECT person, subject, role, school FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND kind = 'link' AND cause = 're-keyed'
        AND hold = ''),
people AS (
    SELECT r.role, r.school_id AS school, count(DISTINCT r.account_id) AS population
    FROM account_role r JOIN account a USING (district_id, account_id)
    WHERE r.district_id = tenant() AND r.ended_on IS NULL AND a.status = 'active' GROUP BY 1, 2),
own AS (
    SELECT substr(scope, 8) AS school, jsonb_object_agg(name, value) AS limits
    FROM plan_setting WHERE scope LIKE 'school:%' AND name LIKE 'threshold-rekeyed-%' GROUP BY 1),
many AS (
    SELECT p.role, p.school
    FROM (SELECT role, school, count(*) AS pairs FROM pair GROUP BY 1, 2) p
    LEFT JOIN people n USING (role, school) LEFT JOIN own o USING (school)
    CROSS JOIN LATERAL (
        SELECT coalesce((o.limits->>'threshold-rekeyed-percent')::int, $2::int) AS percent,
            coalesce((o.limits->>'threshold-rekeyed-number')::int, $3::int) AS number) l
    WHERE (p.pairs >= 5 AND p.pairs * 100 > l.percent * coalesce(n.population, 0))
        OR (l.number > 0 AND p.pairs > l.number)),
waits AS (SELECT p.person, p.subject FROM pair p JOIN many USING (role, school))
UPDATE plan_item i SET hold = 're-keyed'
FROM waits w
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = '' AND i.person = w.person
    AND ((i.kind = 'link' AND i.subject = w.subject)
        OR (i.kind = 'join' AND (i.subject = w.subject OR w.subject = ANY (i.basis))))
