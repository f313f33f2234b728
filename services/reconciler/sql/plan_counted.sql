-- Counts that were made while the items were written. $1 plan, $2 counts.
UPDATE plan SET counts = $2::jsonb WHERE district_id = tenant() AND plan_id = $1::uuid
