-- The version that an undo must find again.
UPDATE plan_go g SET done = true, version_after = CASE
    WHEN g.kind = 'update' THEN (a.field_versions->>g.field)::bigint
                                                       WHEN g.kind = 'link' THEN 0
                                                           ELSE a.status_version END
FROM account a WHERE a.district_id = tenant() AND a.account_id = g.account_id
    AND g.kind IN ('create', 'link', 'restore', 'archive', 'update')
