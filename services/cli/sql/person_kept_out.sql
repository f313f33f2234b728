-- Guardianships that are left as they are since one of the two is excluded, by the records that name each other. $1 node.
WITH mine AS (
    SELECT l.source_id, l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1::text LIKE 'a:%' THEN substr($1, 3)::uuid END
    UNION
    SELECT CASE WHEN $1 LIKE 'r:%' THEN split_part($1, ':', 2)::uuid END, substr($1, 40)),
kin AS (
    SELECT m.source_id, m.sourced_id AS one, o.sourced_id AS other
    FROM mine
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = mine.source_id AND m.collection = 'users' AND m.sourced_id = mine.sourced_id
    JOIN mirror_record o ON o.district_id = tenant() AND o.source_id = m.source_id AND o.collection = 'users'
        AND (m.body->'agents' ? o.sourced_id OR o.body->'agents' ? m.sourced_id)),
kept_out AS (
    SELECT k.source_id, k.one, k.other, e.mine, x.set_by, x.reason, x.until
    FROM kin k CROSS JOIN LATERAL (VALUES (true, k.one), (false, k.other)) e (mine, record)
    LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = k.source_id AND l.sourced_id = e.record
    JOIN exclusion x ON x.district_id = tenant() AND x.node IN ('r:' || k.source_id || ':' || e.record, 'a:' || l.account_id)
        AND coalesce(x.until > (SELECT local_date(time_zone) FROM district WHERE district_id = tenant()), true))
SELECT k.other, CASE WHEN k.mine THEN 'this person is' ELSE 'that person is' END || ' excluded by ' || k.set_by || ': ' || k.reason
    || coalesce(', until ' || k.until, '') || '; meanwhile no guardianship between the two begins or ends'
FROM kept_out k ORDER BY k.other, k.mine DESC
