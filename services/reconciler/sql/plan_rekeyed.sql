-- P5: many ids gone and as many new for the same people are proposed as a mapping: above their share
-- of a role at a school, or above a number, those links wait, and with each what its record joins.
-- $1 plan.
WITH pair AS MATERIALIZED (
    SELECT person, subject, role, school FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND kind = 'link' AND cause = 're-keyed'
        AND hold = ''),
many AS (
    SELECT p.role, p.school
    FROM (SELECT role, school, count(*) AS pairs FROM pair GROUP BY 1, 2) p
    JOIN plan_limit l USING (role, school)
    WHERE (p.pairs >= 5 AND p.pairs * 100 > (l.limits->>'rekeyed_percent')::int * l.population)
        OR p.pairs > (l.limits->>'rekeyed_number')::int),
waits AS (SELECT p.person, p.subject FROM pair p JOIN many USING (role, school))
UPDATE plan_item i SET hold = 're-keyed'
FROM waits w
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = '' AND i.person = w.person
    AND ((i.kind = 'link' AND i.subject = w.subject)
        OR (i.kind = 'join' AND (i.subject = w.subject OR w.subject = ANY (i.basis))))
