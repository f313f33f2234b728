INSERT INTO stage_record (district_id, run_id, page_id, normalizer_version, part, collection, place,
    sourced_id, hash, modified, deleted,
                          user_ref, class_ref, body)
SELECT tenant(), $1::uuid, $2::text, $3::text, $4::smallint, $5::text, i.place, i.sourced_id,
    i.hash, i.modified, i.deleted, i.user_ref, i.class_ref, i.body
FROM stage_in i
