-- $1 today. Who was in the list before is in it again, with what they had (D4).
WITH joined AS (
    INSERT INTO membership AS h (district_id, list_id, account_id, role, began_on)
    SELECT DISTINCT tenant(), u.list_id, g.account_id, substring(g.field FROM '[^:]*$'), $1::date
    FROM plan_go g JOIN user_list u ON u.district_id = tenant() AND u.source_id = substr(g.field, 7, 36)::uuid
        AND u.class_id = substring(g.field FROM '^class:[0-9a-f-]{36}:(.*):[^:]*$')
    WHERE g.kind = 'join' AND g.field LIKE 'class:%' AND g.account_id IS NOT NULL
    ON CONFLICT (district_id, list_id, account_id, role) DO UPDATE SET ended_on = NULL, version = h.version + 1
    RETURNING list_id, account_id, role, version)
UPDATE plan_go g SET done = true, version_after = j.version
FROM joined j JOIN user_list u ON u.district_id = tenant() AND u.list_id = j.list_id
WHERE g.kind = 'join' AND g.account_id = j.account_id AND g.field = 'class:' || u.source_id || ':' || u.class_id || ':' || j.role
