-- P6: what is there is counted and compared, before the word Completed: items whose effect does not
-- stand.
WITH unlinked AS (
    SELECT DISTINCT b.item_no FROM plan_basis b
    LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = b.source_id
        AND l.sourced_id = b.sourced_id AND l.account_id = b.holder
    WHERE l.account_id IS NULL),
held AS (
    SELECT r.account_id, count(*) AS roles FROM plan_go g
    JOIN account_role r ON r.district_id = tenant() AND r.account_id = g.account_id
        AND r.ended_on IS NULL
    WHERE g.kind = 'update' AND g.field = 'roles' GROUP BY r.account_id)
SELECT count(*) FROM plan_go g
LEFT JOIN account a ON a.district_id = tenant() AND a.account_id = g.account_id
LEFT JOIN unlinked u ON u.item_no = g.item_no
LEFT JOIN held h ON h.account_id = g.account_id
WHERE g.kind NOT IN ('join', 'end', 'rename') AND CASE
    WHEN a.account_id IS NULL OR u.item_no IS NOT NULL THEN true
    WHEN g.kind IN ('archive', 'restore') THEN a.status IS DISTINCT FROM g.new_value
    WHEN g.kind = 'update' AND g.field = 'roles' THEN coalesce(h.roles, 0)
        <> coalesce(cardinality(string_to_array(nullif(g.new_value, ''), ',')), 0)
    WHEN g.kind = 'update' AND g.field <> 'grades' THEN
        (to_jsonb(a)->>g.field) IS DISTINCT FROM nullif(g.new_value, '')
    ELSE false END
