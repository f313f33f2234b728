-- One task's take of a lane (L1), with what it needs of its source.
SELECT t.take::text, t.tries, t.lane, t.collection, t.cursor, t.received, t.pages, coalesce(t.total, -1), t.revision, t.page_size,
       s.source_id, s.base_url, s.auth, s.token_url, s.ca_file,
       s.version, r.upload_id, u.version, f.records, upload_doubt(r.upload_id, t.collection), f.mode = 'delta',
       encode(i.value, 'hex'), i.key_id IS NOT NULL, encode(c.value, 'hex'), c.key_id IS NOT NULL,
       coalesce(t.until, -1), t.parallel, t.room, s.quirks,
       to_char(w.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), to_char(w.before AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       CASE WHEN r.may_skip AND $2::int = 1 AND $3::int = 0 THEN k.revision END,
       (SELECT count(*) FROM verify_person v WHERE v.district_id = tenant() AND v.run_id = t.run_id AND t.collection = 'verify'),
       s.kind = 'clever', y.since IS NOT NULL, x.clever_district, coalesce(n.next, '0/' || y.since)
FROM lane_take($1::uuid, $2::int, $3::int, $4, $5::bigint, $6, $7::jsonb) t
JOIN source s ON s.district_id = tenant() AND s.source_id = t.source_id
JOIN run r ON r.district_id = tenant() AND r.run_id = t.run_id
JOIN run_collection w ON w.district_id = r.district_id AND w.run_id = r.run_id AND w.collection = t.collection
LEFT JOIN source_cursor k ON k.district_id = s.district_id AND k.source_id = s.source_id AND k.collection = t.collection
LEFT JOIN upload u ON u.district_id = r.district_id AND u.upload_id = r.upload_id
LEFT JOIN upload_file f ON f.district_id = r.district_id AND f.upload_id = r.upload_id AND f.collection = t.collection
LEFT JOIN source_credential i ON i.district_id = s.district_id AND i.source_id = s.source_id AND i.name = 'client_id'
LEFT JOIN source_credential c ON c.district_id = s.district_id AND c.source_id = s.source_id AND c.name = 'client_secret'
LEFT JOIN clever_source x ON x.district_id = s.district_id AND x.source_id = s.source_id
LEFT JOIN clever_run y ON y.district_id = r.district_id AND y.run_id = r.run_id
LEFT JOIN clever_lane n ON n.district_id = r.district_id AND n.lane_id = $1::uuid
