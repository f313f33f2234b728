-- What became of a test message. $1 delivery.
SELECT d.state, coalesce('it answered ' || d.status, d.fault || coalesce(' (' || d.detail || ')', '')), d.took_ms FROM webhook_delivery d
WHERE d.district_id = tenant() AND d.delivery_id = $1::uuid
