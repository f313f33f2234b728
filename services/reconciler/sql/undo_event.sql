-- S2: what was taken back, told once of each account and of what had done it, with all of its
-- fields. $1 entries, $2 traceparent.
INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
SELECT tenant(), h.run_id, 'roster.changed', h.account_id::text,
    jsonb_strip_nulls(jsonb_build_object('district', tenant(), 'account', h.account_id,
        'run', h.run_id, 'plan', (array_agg(h.plan_id ORDER BY h.history_id DESC))[1],
        'act', h.act_id, 'kind', 'undo',
        'fields', coalesce(jsonb_agg(DISTINCT h.field) FILTER (WHERE h.kind = 'update'), '[]'))),
    $2
FROM history h
WHERE h.district_id = tenant() AND h.history_id = ANY ($1::bigint[]) AND h.account_id IS NOT NULL
GROUP BY h.account_id, h.run_id, h.act_id
ORDER BY h.account_id
