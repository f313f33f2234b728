INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
SELECT tenant(), h.run_id, 'roster.changed', h.account_id::text,
       jsonb_strip_nulls(jsonb_build_object('district', tenant(), 'account', h.account_id,
           'run', h.run_id, 'plan', h.plan_id, 'act', h.act_id, 'kind', 'undo',
           'fields', CASE WHEN h.kind = 'update' THEN jsonb_build_array(h.field)
               ELSE '[]'::jsonb END)), $2
FROM history h WHERE h.district_id = tenant() AND h.history_id = $1::bigint
    AND h.account_id IS NOT NULL
