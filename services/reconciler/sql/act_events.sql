-- S2: roster.changed, by what the history says of the act: ids and field names alone. $1 act, $2
-- traceparent.
INSERT INTO outbox (district_id, topic, key, data, traceparent)
SELECT tenant(), 'roster.changed', h.account_id::text,
    jsonb_build_object('district', tenant(), 'account', h.account_id, 'act', $1::uuid,
        'kind', h.kind, 'fields', coalesce(jsonb_agg(DISTINCT h.field)
            FILTER (WHERE h.kind = 'update'), '[]')), $2
FROM history h WHERE h.district_id = tenant() AND h.act_id = $1::uuid
GROUP BY h.account_id, h.kind ORDER BY min(h.history_id)
