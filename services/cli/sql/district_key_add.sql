INSERT INTO district_key (district_id, hash_key) VALUES (tenant(), decode($1::text, 'hex'))
