-- One cause is told once a day: the kind, at one source. $1 alert.
SELECT a.kind || coalesce(':' || coalesce(r.source_id, a.source_id), ''), a.kind, a.message, a.at::text, a.run_id::text
FROM alert a LEFT JOIN run r ON r.district_id = a.district_id AND r.run_id = a.run_id
WHERE a.district_id = tenant() AND a.alert_id = $1::uuid
