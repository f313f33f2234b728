-- Every users record that was ever read, with its keys' values and the account it follows. A link is
-- part of what a plan reads of a record, so it is part of its version (P1).
SELECT m.row_no, m.version * 2 + (l.account_id IS NOT NULL)::int, d.row_no IS NOT NULL,
    CASE WHEN d.row_no IS NOT NULL THEN s.keys END,
    m.source_id, m.sourced_id, l.account_id, m.body->>'email', m.body->>'username',
    m.body->>'identifier', m.body->>'masterId', m.body->>'givenName', m.body->>'familyName',
    m.body->>'phone', m.body->'agents'
FROM mirror_record m
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id
    AND l.sourced_id = m.sourced_id
LEFT JOIN plan_seed_record d ON d.row_no = m.row_no
LEFT JOIN settled_record s ON s.district_id = tenant() AND s.row_no = m.row_no
WHERE m.district_id = tenant() AND m.collection = 'users' AND m.body IS NOT NULL
    AND m.source_id = ANY (ARRAY(SELECT x.source_id FROM source x WHERE x.district_id = tenant()))
