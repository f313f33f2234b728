INSERT INTO district_data_key (district_id, key_id, wrapped) VALUES (tenant(), $1::uuid, decode($2::text, 'hex'))
