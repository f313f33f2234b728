-- $1 when, before the ends were asked for; $2 ends of page.fetched.
INSERT INTO bus_mark (taken_at, page_ends) VALUES ($1::timestamptz, $2::jsonb) ON CONFLICT DO NOTHING
