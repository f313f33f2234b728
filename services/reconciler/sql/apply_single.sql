-- What is done of the items about one account, with the version that an undo must find again.
INSERT INTO plan_done
SELECT g.item_no, g.person, g.kind, g.account_id, CASE g.kind
    WHEN 'update' THEN (a.field_versions->>g.field)::bigint WHEN 'link' THEN 0
    ELSE a.status_version END
FROM plan_go g JOIN account a ON a.district_id = tenant() AND a.account_id = g.account_id
WHERE g.kind IN ('create', 'link', 'restore', 'archive', 'update')
