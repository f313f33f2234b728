-- The webhook, new or led elsewhere; a new one begins with a resync. $1 application, $2 url, $3 by whom. Is it new?
INSERT INTO webhook AS w (district_id, application_id, url, position, set_by)
VALUES (tenant(), $1::uuid, $2::text, coalesce((SELECT position FROM change_head WHERE district_id = tenant()), 0), $3::text)
ON CONFLICT (district_id, application_id) DO UPDATE SET url = excluded.url, set_by = excluded.set_by, set_at = now(), due_at = now()
RETURNING w.xmax = 0, w.state
