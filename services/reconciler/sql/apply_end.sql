-- $1 today.
WITH going AS MATERIALIZED (
    SELECT g.item_no, g.person, g.account_id, substr(g.field, 7, 36)::uuid AS source_id,
        substr(g.field, 44, length(g.field) - 44 - length(r.role)) AS class_id, r.role
    FROM plan_go g, LATERAL (SELECT substring(g.field FROM '[^:]*$') AS role) r
    WHERE g.kind = 'end' AND g.field LIKE 'class:%'),
ended AS (
    UPDATE membership h SET ended_on = $1::date, version = h.version + 1
    FROM going g JOIN user_list u ON u.district_id = tenant() AND u.source_id = g.source_id
        AND u.class_id = g.class_id
    WHERE h.district_id = tenant() AND h.list_id = u.list_id AND h.account_id = g.account_id
        AND h.role = g.role AND h.ended_on IS NULL
    RETURNING g.item_no, g.person, h.account_id, h.version)
INSERT INTO plan_done SELECT item_no, person, 'end', account_id, version FROM ended
