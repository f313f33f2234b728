-- P5: archives, with 7 days of those applied, and mass changes above their share of a role at a
-- school wait. $1 plan, $2 archive percent, $3 change percent, $4 today, $5 hold everything.
-- 'students left' follows from archives that were counted themselves.
WITH people AS (
    SELECT r.role, r.school_id AS school, count(DISTINCT r.account_id) AS population
    FROM account_role r JOIN account a USING (district_id, account_id)
    WHERE r.district_id = tenant() AND r.ended_on IS NULL AND a.status = 'active' GROUP BY 1, 2),
recent AS (
    SELECT role, school, count(DISTINCT account_id) AS archived FROM history
    WHERE district_id = tenant() AND kind = 'archive' AND undone_at IS NULL
        AND on_date > $4::date - 7 AND cause <> 'students left' GROUP BY 1, 2),
proposed AS (
    SELECT role, school,
           count(*) FILTER (WHERE kind = 'archive' AND cause <> 'students left') AS archives,
           count(DISTINCT subject) FILTER (WHERE kind = 'update') AS changes
    FROM plan_item WHERE district_id = tenant() AND plan_id = $1::uuid
        AND kind IN ('archive', 'update') GROUP BY 1, 2),
over AS (
    SELECT p.role, p.school,
           p.archives > 0 AND (p.archives + coalesce(r.archived, 0)) * 100
               > $2::int * (coalesce(n.population, 0) + coalesce(r.archived, 0)) AS archive,
           p.changes > 0 AND p.changes * 100 > $3::int * coalesce(n.population, 0) AS change
    FROM proposed p LEFT JOIN people n USING (role, school) LEFT JOIN recent r USING (role, school))
UPDATE plan_item i SET hold = 'threshold'
FROM over o
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = '' AND (o.archive OR o.change)
  AND ($5::boolean OR (i.role = o.role AND i.school = o.school
      AND ((o.archive AND i.kind = 'archive') OR (o.change AND i.kind = 'update'))))
