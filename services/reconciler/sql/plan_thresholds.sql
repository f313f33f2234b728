-- P5: archives, with 7 days of those applied, and mass changes above their share of a role at a
-- school, or above a number, wait. $1 plan, $2 today, $3 hold everything. 'students left' follows
-- from archives that were counted themselves; 'graduated' is proved by the school year and excused:
-- it neither counts nor waits with the others. Ends of memberships and guardianships by absence, of
-- five people or more who do not leave, are a mass change of their own by the same limits.
WITH recent AS (
    SELECT role, school, count(DISTINCT account_id) AS archived FROM history
    WHERE district_id = tenant() AND kind = 'archive' AND undone_at IS NULL
        AND on_date > $2::date - 7 AND cause NOT IN ('students left', 'graduated') GROUP BY 1, 2),
ending AS MATERIALIZED (
    SELECT e.item_no FROM plan_item e
    JOIN account s ON s.district_id = tenant() AND s.account_id = substr(e.subject, 3)::uuid
        AND s.status = 'active'
    LEFT JOIN plan_item a ON a.district_id = tenant() AND a.plan_id = $1::uuid
        AND a.kind = 'archive' AND a.subject = e.subject
    WHERE e.district_id = tenant() AND e.plan_id = $1::uuid AND e.kind = 'end'
        AND e.cause IN ('gone', 'no longer stated', 'disabled in the SIS')
        AND a.item_no IS NULL),
proposed AS (
    SELECT role, school,
           count(*) FILTER (WHERE kind = 'archive'
               AND cause NOT IN ('students left', 'graduated')) AS archives,
           count(DISTINCT subject) FILTER (WHERE kind = 'update') AS changes,
           count(DISTINCT subject) FILTER (WHERE kind = 'end') AS ends
    FROM plan_item WHERE district_id = tenant() AND plan_id = $1::uuid
        AND (kind IN ('archive', 'update') OR item_no IN (SELECT item_no FROM ending))
    GROUP BY 1, 2),
counted AS (
    SELECT p.role, p.school, p.archives, p.changes, p.ends, l.population,
           coalesce(r.archived, 0) AS archived,
           (l.limits->>'archive_percent')::int AS archive_percent,
           (l.limits->>'change_percent')::int AS change_percent,
           (l.limits->>'archive_number')::int AS archive_number,
           (l.limits->>'change_number')::int AS change_number
    FROM proposed p JOIN plan_limit l USING (role, school) LEFT JOIN recent r USING (role, school)),
over AS (
    SELECT role, school,
           archives > 0 AND ((archives + archived) * 100 > archive_percent * (population + archived)
               OR archives + archived > archive_number) AS archive,
           changes > 0 AND (changes * 100 > change_percent * population
               OR changes > change_number) AS change,
           ends >= 5 AND (population > 0 AND ends * 100 > change_percent * population
               OR ends > change_number) AS ending
    FROM counted)
UPDATE plan_item i SET hold = 'threshold'
FROM over o
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = ''
  AND (o.archive OR o.change OR o.ending)
  AND ($3::boolean OR (i.role = o.role AND i.school = o.school
      AND ((o.archive AND i.kind = 'archive' AND i.cause <> 'graduated') OR (o.change AND i.kind = 'update')
          OR (o.ending AND i.item_no IN (SELECT item_no FROM ending)))))
