-- Where a plan stands with the canary school: its ids; how many items of it are still to be carried out; how many the run has carried out. $1 plan.
WITH canary AS MATERIALIZED (SELECT c AS school FROM canary_schools() c)
SELECT (SELECT array_agg(c.school ORDER BY c.school) FROM canary c),
       (SELECT count(*) FROM decided_item i WHERE i.district_id = tenant() AND i.plan_id = p.plan_id AND i.outcome IS NULL
           AND i.decision IS DISTINCT FROM 'declined' AND i.school IN (SELECT c.school FROM canary c)),
       (SELECT count(*) FROM history h WHERE h.district_id = tenant() AND h.run_id = p.run_id AND h.undone_at IS NULL
           AND h.school IN (SELECT c.school FROM canary c))
FROM plan p WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
