-- What a person must say about somebody, and what was said. $1 node.
WITH mine AS (
    SELECT m.source_id, m.sourced_id, m.row_no FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users' AND $1::text = 'r:' || m.source_id || ':' || m.sourced_id
    UNION
    SELECT m.source_id, m.sourced_id, m.row_no FROM account_link l
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users' AND m.sourced_id = l.sourced_id
    WHERE l.district_id = tenant() AND $1 = 'a:' || l.account_id)
SELECT 'asked', m.sourced_id, q.account_id, q.why, nullif(q.rule, ''), q.confidence, NULL, q.asked_at AS at
FROM match_question q JOIN mirror_record m ON m.district_id = tenant() AND m.row_no = q.row_no
WHERE q.district_id = tenant() AND (q.row_no IN (SELECT row_no FROM mine) OR $1 = 'a:' || q.account_id)
UNION ALL
SELECT CASE WHEN w.accepted THEN 'accepted' ELSE 'declined' END, w.sourced_id, account_stays(w.account_id), w.why, nullif(w.rule, ''), w.confidence, w.said_by, w.said_at
FROM match_answer w
WHERE w.district_id = tenant() AND ((w.source_id, w.sourced_id) IN (SELECT source_id, sourced_id FROM mine) OR $1 = 'a:' || account_stays(w.account_id))
ORDER BY at
