-- How a lane of Clever goes on.
INSERT INTO clever_lane (district_id, lane_id, next) VALUES (tenant(), $1::uuid, $2)
ON CONFLICT (district_id, lane_id) DO UPDATE SET next = excluded.next
