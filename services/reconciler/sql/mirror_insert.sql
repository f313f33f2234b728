INSERT INTO mirror_record (district_id, source_id, collection, sourced_id, hash, hash_version,
    modified, body, user_ref, class_ref,
                           first_run, last_run)
SELECT tenant(), $2::uuid, i.collection, i.sourced_id, i.hash, k.hash_version, i.modified, i.body,
    i.user_ref, i.class_ref, $1::uuid, $1::uuid
FROM w_in i, district_key k WHERE i.act = 'new'
