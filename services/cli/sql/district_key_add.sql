INSERT INTO district_key (district_id, hash_wrapped) VALUES (tenant(), decode($1::text, 'hex'))
