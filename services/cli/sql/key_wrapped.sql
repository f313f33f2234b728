-- All that lies wrapped: the name it was wrapped under, its bytes, and a data key's id.
SELECT 'data-key:' || encode(uuid_send(k.key_id), 'hex'), encode(k.wrapped, 'hex'), k.key_id
FROM (SELECT key_id, wrapped FROM district_data_key WHERE district_id = tenant() AND wrapped <> '' ORDER BY key_id FOR UPDATE) k
UNION ALL
SELECT 'hash-key', encode(h.hash_wrapped, 'hex'), NULL
FROM (SELECT hash_wrapped FROM district_key WHERE district_id = tenant() AND hash_wrapped IS NOT NULL FOR UPDATE) h
