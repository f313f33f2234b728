-- $1 address, $2 does whoever runs this vouch for it?
UPDATE member SET verified_at = CASE WHEN $2::boolean THEN now() ELSE verified_at END, asked_at = CASE WHEN $2::boolean THEN asked_at ELSE now() END
WHERE district_id = tenant() AND lower(email) = lower($1::text) AND removed_at IS NULL RETURNING member_id, verified_at IS NOT NULL
