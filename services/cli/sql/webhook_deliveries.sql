-- The ledger, newest first. $1 application, $2 state, $3 limit.
SELECT d.at, d.kind, d.state, d.attempts, coalesce(d.status::text, d.fault), d.took_ms,
    CASE WHEN d.kind IN ('changes', 'lists') THEN d.last_position - d.first_position + 1 END, d.last_at,
    CASE WHEN d.kind IN ('changes', 'lists') THEN d.first_position END, CASE WHEN d.kind <> 'test' THEN d.last_position END,
    d.detail, 'msg_' || replace(d.delivery_id::text, '-', '')
FROM webhook_delivery d WHERE d.district_id = tenant() AND d.application_id = $1::uuid AND ($2::text IS NULL OR d.state = $2::text)
ORDER BY d.delivery_id DESC LIMIT $3::bigint
