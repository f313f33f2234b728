SELECT s.name, p.host, p.user_name, p.auth, p.host_keys, CASE p.folder WHEN '' THEN '.' ELSE p.folder END, p.pattern, p.archive,
       p.every_ms / 1000, p.settle_ms / 1000, p.max_age_ms / 1000, (SELECT max(c.set_at) FROM source_credential c
           WHERE c.district_id = p.district_id AND c.source_id = p.source_id AND c.name LIKE 'sftp\_%'),
       p.looked_at, p.due_at, coalesce(p.trouble, 'none'), p.words, p.trouble_since
FROM source_pickup p JOIN source s ON s.district_id = p.district_id AND s.source_id = p.source_id
WHERE p.district_id = tenant() AND p.source_id = $1::uuid
