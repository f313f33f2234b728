-- $1 after, $2 limit, $3 those of lists too.
SELECT c.position, (c.data || jsonb_build_object('position', c.position::text,
    'event', 'outbox-' || c.outbox_id, 'at', c.at))::text
FROM change c WHERE c.district_id = tenant() AND c.position > $1::bigint
    AND (c.list_id IS NULL OR $3::boolean)
ORDER BY c.position LIMIT $2::int
