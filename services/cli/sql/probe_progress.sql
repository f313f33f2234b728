SELECT finished_at IS NOT NULL, coalesce(lease_until > now(), false) FROM probe WHERE district_id = tenant() AND probe_id = $1::uuid
