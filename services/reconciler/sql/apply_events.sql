-- S2: roster.changed for whoever reads the directory: ids and field names, values by API. $1 run,
-- $2 plan, $3 traceparent.
INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
SELECT tenant(), $1::uuid, 'roster.changed', account_id::text,
       jsonb_build_object('district', tenant(), 'account', account_id, 'run', $1::uuid, 'plan',
           $2::uuid, 'kind', kind,
                          'fields', coalesce(jsonb_agg(DISTINCT field)
                              FILTER (WHERE kind = 'update'), '[]')), $3
FROM plan_go WHERE done GROUP BY account_id, kind ORDER BY account_id, kind
