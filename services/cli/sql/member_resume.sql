UPDATE member SET stopped_at = NULL, bounced_at = NULL, bounce_reply = NULL, soft_bounces = 0
WHERE district_id = tenant() AND lower(email) = lower($1::text) AND removed_at IS NULL RETURNING member_id
