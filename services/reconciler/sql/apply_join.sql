-- $1 today. Who was in the list before is in it again, with what they had (D4).
WITH joined AS (
    INSERT INTO membership AS h (district_id, list_id, account_id, role, began_on)
    SELECT DISTINCT tenant(), u.list_id, g.account_id, g.list_role, $1::date
    FROM plan_go g JOIN user_list u ON u.district_id = tenant() AND u.source_id = g.list_source
        AND u.class_id = g.list_class
    WHERE g.kind = 'join' AND g.account_id IS NOT NULL
    ON CONFLICT (district_id, list_id, account_id, role) DO UPDATE SET ended_on = NULL,
        version = h.version + 1
    RETURNING list_id, account_id, role, version)
UPDATE plan_go g SET done = true, version_after = j.version
FROM joined j JOIN user_list u ON u.district_id = tenant() AND u.list_id = j.list_id
WHERE g.kind = 'join' AND g.account_id = j.account_id AND g.list_source = u.source_id
    AND g.list_class = u.class_id
  AND g.list_role = j.role
