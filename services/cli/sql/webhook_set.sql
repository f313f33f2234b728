-- The webhook, new or led elsewhere; a new one begins with a resync. $1 application, $2 url, $3 by whom, $4 the file of
-- certificates that it is trusted by (NULL: as it was, empty: the system's). What a sender has on its way to the address of before counts no
-- more, nor what failed there. Is it new?
INSERT INTO webhook AS w (district_id, application_id, url, position, set_by, ca_file)
VALUES (tenant(), $1::uuid, $2::text, coalesce((SELECT position FROM change_head WHERE district_id = tenant()), 0), $3::text, nullif($4::text, ''))
ON CONFLICT (district_id, application_id) DO UPDATE SET url = excluded.url, set_by = excluded.set_by, set_at = now(), due_at = now(),
    take = CASE WHEN w.url = excluded.url THEN w.take END,
    lease_until = CASE WHEN w.url = excluded.url THEN w.lease_until ELSE '-infinity' END,
    attempts = CASE WHEN w.url = excluded.url THEN w.attempts ELSE 0 END,
    failed_since = CASE WHEN w.url = excluded.url THEN w.failed_since END,
    ca_file = CASE WHEN $4::text IS NULL THEN w.ca_file ELSE nullif($4::text, '') END
RETURNING w.xmax = 0, w.state
