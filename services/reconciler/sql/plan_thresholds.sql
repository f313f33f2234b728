-- P5: archives, with 7 days of those applied, and mass changes above their share of a role at a
-- school, or above a number, wait. $1 plan, $2 archive percent, $3 change percent, $4 today, $5 hold
-- everything, $6 archive number, $7 change number; 0: no number. A school's own limit goes before.
-- 'students left' follows from archives that were counted themselves; 'graduated' is proved by the
-- school year and excused: it neither counts nor waits with the others.
WITH people AS (
    SELECT r.role, r.school_id AS school, count(DISTINCT r.account_id) AS population
    FROM account_role r JOIN account a USING (district_id, account_id)
    WHERE r.district_id = tenant() AND r.ended_on IS NULL AND a.status = 'active' GROUP BY 1, 2),
recent AS (
    SELECT role, school, count(DISTINCT account_id) AS archived FROM history
    WHERE district_id = tenant() AND kind = 'archive' AND undone_at IS NULL
        AND on_date > $4::date - 7 AND cause NOT IN ('students left', 'graduated') GROUP BY 1, 2),
proposed AS (
    SELECT role, school,
           count(*) FILTER (WHERE kind = 'archive'
               AND cause NOT IN ('students left', 'graduated')) AS archives,
           count(DISTINCT subject) FILTER (WHERE kind = 'update') AS changes
    FROM plan_item WHERE district_id = tenant() AND plan_id = $1::uuid
        AND kind IN ('archive', 'update') GROUP BY 1, 2),
own AS (
    SELECT substr(scope, 8) AS school, jsonb_object_agg(name, value) AS limits
    FROM plan_setting WHERE scope LIKE 'school:%' AND name LIKE 'threshold-%' GROUP BY 1),
counted AS (
    SELECT p.role, p.school, p.archives, p.changes, coalesce(n.population, 0) AS population,
           coalesce(r.archived, 0) AS archived,
           coalesce((o.limits->>'threshold-archive-percent')::int, $2::int) AS archive_percent,
           coalesce((o.limits->>'threshold-change-percent')::int, $3::int) AS change_percent,
           coalesce((o.limits->>'threshold-archive-number')::int, $6::int) AS archive_number,
           coalesce((o.limits->>'threshold-change-number')::int, $7::int) AS change_number
    FROM proposed p LEFT JOIN people n USING (role, school) LEFT JOIN recent r USING (role, school)
        LEFT JOIN own o USING (school)),
over AS (
    SELECT role, school,
           archives > 0 AND ((archives + archived) * 100 > archive_percent * (population + archived)
               OR (archive_number > 0 AND archives + archived > archive_number)) AS archive,
           changes > 0 AND (changes * 100 > change_percent * population
               OR (change_number > 0 AND changes > change_number)) AS change
    FROM counted)
UPDATE plan_item i SET hold = 'threshold'
FROM over o
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = '' AND (o.archive OR o.change)
  AND ($5::boolean OR (i.role = o.role AND i.school = o.school
      AND ((o.archive AND i.kind = 'archive' AND i.cause <> 'graduated') OR (o.change AND i.kind = 'update'))))
