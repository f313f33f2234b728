-- How many items there are to decide about, how many of them go, how many of those are joins, and
-- how many are lists of classes under other ids, and how many of those wait. $1 plan.
SELECT count(*), count(*) FILTER (WHERE goes), count(*) FILTER (WHERE goes AND kind = 'join'),
    count(*) FILTER (WHERE goes AND kind = 'rename' AND field = 'class'),
    count(*) FILTER (WHERE goes IS NOT TRUE AND kind = 'rename' AND field = 'class')
FROM (
    SELECT kind, field, decision = 'approved' OR (decision IS NULL AND hold = '') AS goes
    FROM decided_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL) i
