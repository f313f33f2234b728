-- S2: roster.changed for whoever reads the directory: ids and field names, values by API; who was
-- made is read as a whole, so nothing more is said of them. $1 run, $2 plan, $3 traceparent.
INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
SELECT tenant(), $1::uuid, 'roster.changed', c.account_id::text,
    jsonb_build_object('district', tenant(), 'account', c.account_id, 'run', $1::uuid, 'plan',
        $2::uuid, 'kind', c.kind, 'fields', c.fields), $3
FROM (
    SELECT d.account_id, d.kind, '[]'::jsonb AS fields FROM plan_done d WHERE d.kind = 'create'
    UNION ALL
    SELECT d.account_id, d.kind,
        coalesce(jsonb_agg(DISTINCT g.field) FILTER (WHERE d.kind = 'update'), '[]')
    FROM plan_done d
    LEFT JOIN plan_go g ON g.item_no = d.item_no AND d.kind = 'update'
    WHERE d.kind NOT IN ('create', 'rename') AND NOT EXISTS (
        SELECT FROM plan_go n WHERE n.account_id = d.account_id AND n.kind = 'create')
    GROUP BY d.account_id, d.kind) c
