-- S2: roster.changed for whoever reads the directory: ids and field names, values by API; who was
-- made is read as a whole, so nothing more is said of them. $1 run, $2 plan, $3 traceparent.
INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
SELECT tenant(), $1::uuid, 'roster.changed', d.account_id::text,
    jsonb_build_object('district', tenant(), 'account', d.account_id, 'run', $1::uuid, 'plan',
        $2::uuid, 'kind', d.kind, 'fields', d.fields), $3
FROM (
    SELECT d.account_id, d.kind,
        coalesce(jsonb_agg(DISTINCT g.field) FILTER (WHERE d.kind = 'update'), '[]') AS fields
    FROM plan_done d
    LEFT JOIN plan_go g ON g.item_no = d.item_no AND d.kind = 'update'
    LEFT JOIN plan_go n ON n.account_id = d.account_id AND n.kind = 'create'
        AND d.kind <> 'create'
    WHERE n.account_id IS NULL
    GROUP BY d.account_id, d.kind) d
ORDER BY d.account_id, d.kind
