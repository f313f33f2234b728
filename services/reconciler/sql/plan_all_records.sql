-- Every users record that was ever read, with its keys and the account it follows. A link is part of
-- what a plan reads of a record, so it is part of its version (P1). Of whoever stayed as it was
-- settled, the keys of then are those of now, and its values are not looked at. An account that
-- somebody said is the record's is decided together with it, whatever its values are by now.
SELECT m.row_no, m.version * 2 + (l.account_id IS NOT NULL)::int, d.row_no IS NOT NULL,
    v.stayed, CASE WHEN v.stayed OR d.row_no IS NOT NULL THEN s.keys END,
    m.source_id, m.sourced_id, l.account_id, v.body->>'email', v.body->>'username',
    v.body->>'identifier', v.body->>'masterId', v.body->>'givenName', v.body->>'familyName',
    v.body->>'phone', v.body->'agents',
    CASE WHEN w.accepted AND EXISTS (SELECT FROM account z WHERE z.district_id = tenant()
            AND z.account_id = w.account_id AND z.merged_into IS NOT NULL)
        THEN account_stays(w.account_id) ELSE w.account_id END, v.searched,
    CASE WHEN v.searched THEN v.body->'roles'->0->>'org' END,
    CASE WHEN v.searched THEN v.body->'grades'->>0 END,
    CASE WHEN v.searched AND m.source_id = ANY (ARRAY(
        SELECT x.source_id FROM source x WHERE x.district_id = tenant() AND x.demographics)) THEN (
        SELECT b.body->>'birthDate' FROM mirror_record b
        WHERE b.district_id = tenant() AND b.source_id = m.source_id
            AND b.collection = 'demographics' AND b.sourced_id = m.sourced_id) END
FROM mirror_record m
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id
    AND l.sourced_id = m.sourced_id
LEFT JOIN plan_seed_record d ON d.row_no = m.row_no
LEFT JOIN settled_record s ON s.district_id = tenant() AND s.row_no = m.row_no
    AND s.keys <> '{}'
LEFT JOIN match_answer w ON w.district_id = tenant() AND w.source_id = m.source_id
    AND w.sourced_id = m.sourced_id AND w.accepted
CROSS JOIN LATERAL (
    SELECT coalesce(d.row_no IS NULL AND s.version / 2 = m.version, false) AS stayed OFFSET 0) t
CROSS JOIN LATERAL (
    SELECT t.stayed, CASE WHEN NOT t.stayed THEN m.body END AS body,
        NOT t.stayed AND (l.account_id IS NULL OR NOT m.present) AS searched OFFSET 0) v
WHERE m.district_id = tenant() AND m.collection = 'users' AND m.body IS NOT NULL
    AND m.source_id = ANY (ARRAY(SELECT x.source_id FROM source x WHERE x.district_id = tenant()))
