WITH ended AS (
    UPDATE membership h SET ended_on = $1::date, version = h.version + 1
    FROM plan_go g JOIN user_list u ON u.district_id = tenant() AND g.field LIKE 'class:%' AND u.source_id = substr(g.field, 7, 36)::uuid
        AND u.class_id = substring(g.field FROM '^class:[0-9a-f-]{36}:(.*):[^:]*$')
    WHERE g.kind = 'end' AND h.district_id = tenant() AND h.list_id = u.list_id AND h.account_id = g.account_id
      AND h.role = substring(g.field FROM '[^:]*$') AND h.ended_on IS NULL
    RETURNING g.item_no, h.version)
UPDATE plan_go g SET done = true, version_after = e.version FROM ended e WHERE g.item_no = e.item_no
