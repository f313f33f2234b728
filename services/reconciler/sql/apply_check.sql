-- P6: what is there is counted and compared, before the word Completed: items whose effect does not
-- stand.
SELECT count(*) FROM plan_go g LEFT JOIN account a ON a.district_id = tenant()
    AND a.account_id = g.account_id
WHERE g.done AND CASE
    WHEN g.kind IN ('create', 'link') THEN EXISTS (
        SELECT FROM plan_basis b LEFT JOIN account_link l ON l.district_id = tenant()
            AND l.source_id = b.source_id
            AND l.sourced_id = b.sourced_id AND l.account_id = b.holder
        WHERE b.item_no = g.item_no AND l.account_id IS NULL)
    WHEN g.kind IN ('archive', 'restore') THEN a.status IS DISTINCT FROM g.new_value
    WHEN g.kind = 'update' AND g.field NOT IN ('grades', 'roles')
        THEN (to_jsonb(a)->>g.field) IS DISTINCT FROM nullif(g.new_value, '')
    WHEN g.kind = 'update' AND g.field = 'roles'
        THEN (SELECT count(*) FROM account_role r
              WHERE r.district_id = tenant() AND r.account_id = a.account_id AND r.ended_on IS NULL)
            <> coalesce(cardinality(string_to_array(nullif(g.new_value, ''), ',')), 0)
    ELSE a.account_id IS NULL END
