-- P1: whoever is not settled at the versions of now, or for whom a date came due. $1 policy
-- version, $2 today, $3 everybody. Sources are named so that the mirror's key leads to users alone:
-- its bulk, enrollments, is not read.
INSERT INTO plan_seed_record
SELECT m.row_no FROM mirror_record m
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id
    AND l.sourced_id = m.sourced_id
LEFT JOIN settled_record s ON s.district_id = tenant() AND s.row_no = m.row_no
WHERE m.district_id = tenant() AND m.collection = 'users' AND m.body IS NOT NULL
    AND m.source_id = ANY (ARRAY(SELECT x.source_id FROM source x WHERE x.district_id = tenant()))
    AND ($3::boolean OR s.row_no IS NULL OR s.policy_version <> $1::bigint OR s.due_on <= $2::date
        OR s.version <> m.version * 2 + (l.account_id IS NOT NULL)::int)
