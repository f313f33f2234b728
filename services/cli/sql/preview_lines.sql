SELECT l ->> 'kind', l ->> 'role', l ->> 'cause', l ->> 'waits', (l ->> 'today')::bigint, (l ->> 'then')::bigint
FROM preview p CROSS JOIN LATERAL jsonb_array_elements(p.result) WITH ORDINALITY AS e(l, no)
WHERE p.district_id = tenant() AND p.preview_id = $1::uuid ORDER BY no
