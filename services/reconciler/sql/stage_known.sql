-- What the mirror knows of a batch's ids. plain: it may be merely seen: present, readable, in no
-- countdown, hashed as today (N1, N4).
SELECT m.row_no, m.sourced_id, encode(m.hash, 'hex'), (extract(epoch
    FROM m.modified) * 1000000)::bigint,
       m.present AND NOT m.unread AND m.absent_run IS NULL AND NOT m.marked_deleted
           AND m.hash_version = (SELECT k.hash_version FROM district_key k) AS plain
FROM mirror_record m
WHERE m.source_id = $1::uuid AND m.collection = $2 AND m.sourced_id = ANY ($3::text[])
