INSERT INTO key_master (master_id) VALUES (decode($1::text, 'hex'))
ON CONFLICT (one) DO UPDATE SET master_id = excluded.master_id, since = now() WHERE key_master.master_id <> excluded.master_id
