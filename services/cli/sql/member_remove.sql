UPDATE member SET removed_at = now() WHERE district_id = tenant() AND lower(email) = lower($1::text) AND removed_at IS NULL
RETURNING member_id
