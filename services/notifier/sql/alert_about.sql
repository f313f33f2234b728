-- One cause is told once a day: the kind, at one source or what else makes it one. $1 alert.
SELECT k.kind || coalesce(':' || coalesce(a.about, r.source_id::text, a.source_id::text), ''), k.kind, a.message, a.at::text, a.run_id::text,
       coalesce(a.thread, k.kind || coalesce(':' || coalesce(a.about, r.source_id::text, a.source_id::text), '')), a.about
FROM alert a
CROSS JOIN LATERAL (SELECT CASE WHEN a.kind = 'lane.failed' AND reason_is_credentials(a.message) THEN 'credentials.refused' ELSE a.kind END AS kind) k
LEFT JOIN run r ON r.district_id = a.district_id AND r.run_id = a.run_id
WHERE a.district_id = tenant() AND a.alert_id = $1::uuid
