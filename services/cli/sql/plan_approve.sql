-- The whole plan: who and when stands in its row ($2), and goes for every item without a decision of its own; declines that nobody took up
-- yet are withdrawn. $1 plan.
WITH withdrawn AS (
    UPDATE plan_item SET decision = NULL, decided_by = NULL, decided_at = NULL
    WHERE district_id = tenant() AND plan_id = $1::uuid AND decision = 'declined' AND outcome IS NULL)
UPDATE plan SET approved_by = $2::text, approved_at = now(), decided_at = coalesce(decided_at, now())
WHERE district_id = tenant() AND plan_id = $1::uuid
