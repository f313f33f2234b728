-- Changes as the feed tells them. $1 first position, $2 last.
SELECT (c.data || jsonb_build_object('position', c.position::text, 'event', 'outbox-' || c.outbox_id, 'at', c.at))::text
FROM change c WHERE c.district_id = tenant() AND c.position BETWEEN $1::bigint AND $2::bigint ORDER BY c.position
