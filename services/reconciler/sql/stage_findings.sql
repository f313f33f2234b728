INSERT INTO finding (district_id, run_id, page_id, normalizer_version, part, collection, sourced_id,
    place, field, rule, severity, message)
SELECT tenant(), $1::uuid, $2::text, $3::text, $4::smallint, coalesce(f.collection, $5::text), f.id,
    f.place, f.field, f.rule, f.severity, f.message
FROM jsonb_to_recordset($6::jsonb) AS f (collection text, id text, place int, field text, rule text,
    severity text, message text)
