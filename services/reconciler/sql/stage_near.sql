-- The mirror's rows between two ids about which a sight would change nothing: present, readable, in
-- no countdown, not marked deleted, hashed as today (N1, N4). One walk over its key: pages mostly
-- come in the order of their ids. $1 source, $2 collection, $3 and $4 ids, $5 how many at most.
SELECT m.row_no, m.sourced_id, encode(m.hash, 'hex'), encode(timestamptz_send(m.modified), 'hex')
FROM mirror_record m
WHERE m.district_id = tenant() AND m.source_id = $1::uuid AND m.collection = $2
  AND m.sourced_id >= $3 AND m.sourced_id <= $4
  AND m.present AND NOT m.unread AND m.absent_run IS NULL AND NOT m.marked_deleted
  AND m.hash IS NOT NULL
  AND m.hash_version = (SELECT k.hash_version FROM district_key k WHERE k.district_id = tenant())
ORDER BY m.sourced_id LIMIT $5::bigint
