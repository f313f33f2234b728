-- plan.decided: look. $1 act, $2 undo or NULL.
INSERT INTO outbox (district_id, topic, key, data)
VALUES (tenant(), 'plan.decided', tenant()::text, jsonb_strip_nulls(jsonb_build_object('district', tenant(), 'act', $1::uuid, 'undo', $2::uuid)))
