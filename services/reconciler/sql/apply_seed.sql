-- P4: whoever moved since the plan read them, and whoever is new since and may match somebody in
-- it. $1 plan, $2 today, $3 the policy moved.
WITH read AS MATERIALIZED (
    SELECT r.row_no, r.version FROM plan_person p, unnest(p.records, p.record_versions)
        AS r(row_no, version)
    WHERE p.district_id = tenant() AND p.plan_id = $1::uuid)
INSERT INTO plan_seed_record
SELECT m.row_no FROM mirror_record m
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id
    AND l.sourced_id = m.sourced_id
LEFT JOIN read r ON r.row_no = m.row_no
LEFT JOIN settled_record s ON s.district_id = tenant() AND s.row_no = m.row_no
CROSS JOIN LATERAL (SELECT m.version * 2 + (l.account_id IS NOT NULL)::int AS version) n
WHERE m.district_id = tenant() AND m.collection = 'users' AND m.body IS NOT NULL
    AND m.source_id = ANY (ARRAY(SELECT x.source_id FROM source x WHERE x.district_id = tenant()))
    AND CASE WHEN r.row_no IS NOT NULL THEN $3::boolean OR r.version <> n.version
             ELSE s.row_no IS NULL OR s.version <> n.version OR s.due_on <= $2::date END
