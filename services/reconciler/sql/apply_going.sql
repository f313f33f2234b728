-- How many items there are to decide about, how many of them go, how many of those are joins. $1
-- plan.
SELECT count(*), count(*) FILTER (WHERE goes), count(*) FILTER (WHERE goes AND kind = 'join')
FROM (
    SELECT kind, decision = 'approved' OR (decision IS NULL AND hold = '') AS goes
    FROM decided_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL) i
