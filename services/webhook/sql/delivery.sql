-- A message of the ledger and where it goes. $1 delivery, $2 application.
SELECT d.kind, d.first_position, d.last_position, to_char(d.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'msg_' || replace(d.delivery_id::text, '-', ''), w.url, w.state, w.attempts, w.ca_file,
    webhook_tells_lists(d.application_id)
FROM webhook_delivery d JOIN webhook w ON w.district_id = d.district_id AND w.application_id = d.application_id
WHERE d.district_id = tenant() AND d.delivery_id = $1::uuid AND d.application_id = $2::uuid
