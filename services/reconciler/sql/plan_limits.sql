-- The limits of each role at a school of which the plan would archive, change, link or end
-- something of somebody, with how many people there are. $1 plan, $2 the district's own:
-- {"archive_percent": 10, ...}. A school and every source by which people have the role there may
-- have limits of their own: the lowest counts, with the district's for a source for which neither
-- speaks. A number 0 is no limit.
WITH stored AS (
    SELECT scope, replace(substr(name, 11), '-', '_') AS name, (value #>> '{}')::int AS value
    FROM plan_setting WHERE scope <> '' AND name LIKE 'threshold-%'),
own AS (
    SELECT scope, name,
        CASE WHEN value = 0 AND name LIKE '%_number' THEN 2147483647 ELSE value END AS value
    FROM stored),
district AS (
    SELECT key AS name, CASE WHEN value::int = 0 AND key LIKE '%_number' THEN 2147483647
        ELSE value::int END AS value
    FROM jsonb_each_text($2::jsonb)),
standing AS MATERIALIZED (
    SELECT r.role, r.school_id AS school, r.source_id, r.account_id
    FROM account_role r JOIN account a USING (district_id, account_id)
    WHERE r.district_id = tenant() AND r.ended_on IS NULL AND a.status = 'active'),
counted AS (
    SELECT role, school, count(*) AS population
    FROM (SELECT DISTINCT role, school, account_id FROM standing) s GROUP BY 1, 2),
brought AS (
    SELECT role, school, array_agg(source_id) AS sources
    FROM (SELECT DISTINCT role, school, source_id FROM standing) s GROUP BY 1, 2),
people AS (SELECT * FROM counted JOIN brought USING (role, school)),
grp AS (
    SELECT DISTINCT role, school FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND kind IN ('archive', 'update', 'link', 'end')),
said AS (
    SELECT g.role, g.school, d.name, min(coalesce(least(o.value, s.value), d.value)) AS value
    FROM grp g CROSS JOIN district d LEFT JOIN people p USING (role, school)
    LEFT JOIN own o ON o.scope = 'school:' || g.school AND o.name = d.name
    LEFT JOIN LATERAL unnest(p.sources) AS by(source) ON true
    LEFT JOIN own s ON s.scope = 'source:' || by.source AND s.name = d.name
    GROUP BY 1, 2, 3)
INSERT INTO plan_limit
SELECT g.role, g.school, coalesce(p.population, 0), l.limits
FROM grp g LEFT JOIN people p USING (role, school)
JOIN (SELECT role, school, jsonb_object_agg(name, value) AS limits FROM said GROUP BY 1, 2) l
    USING (role, school)
