WITH ended AS (
    UPDATE membership h SET ended_on = $1::date, version = h.version + 1
    FROM plan_go g JOIN user_list u ON u.district_id = tenant() AND u.source_id = g.list_source
        AND u.class_id = g.list_class
    WHERE g.kind = 'end' AND h.district_id = tenant() AND h.list_id = u.list_id
        AND h.account_id = g.account_id
      AND h.role = g.list_role AND h.ended_on IS NULL
    RETURNING g.item_no, h.version)
UPDATE plan_go g SET done = true, version_after = e.version FROM ended e WHERE g.item_no = e.item_no
