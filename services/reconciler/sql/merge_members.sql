-- The one that stays joins the lists of the other, unless somebody took it out of them. $1 act, $2
-- today.
WITH going AS (
    SELECT p.stays, p.goes, h.list_id, h.role, h.origin,
        'class:' || u.source_id || ':' || u.class_id || ':' || h.role AS name
    FROM act_pair p
    JOIN membership h ON h.district_id = tenant() AND h.account_id = p.goes
        AND h.ended_on IS NULL
    JOIN user_list u ON u.district_id = tenant() AND u.list_id = h.list_id),
joined AS (
    INSERT INTO membership AS h (district_id, list_id, account_id, role, began_on, origin)
    SELECT tenant(), list_id, stays, role, $2::date, origin FROM going g
    WHERE NOT EXISTS (SELECT FROM declined d WHERE d.district_id = tenant()
        AND d.node = 'a:' || g.stays AND d.kind = 'join' AND d.field = g.name)
    ON CONFLICT (district_id, list_id, account_id, role) DO UPDATE
        SET ended_on = NULL, version = h.version + 1 WHERE h.ended_on IS NOT NULL
    RETURNING h.list_id, h.account_id, h.role, h.version),
ended AS (
    UPDATE membership h SET ended_on = $2::date, version = h.version + 1 FROM act_pair p
    WHERE h.district_id = tenant() AND h.account_id = p.goes AND h.ended_on IS NULL
    RETURNING h.list_id, h.account_id, h.role, h.version)
INSERT INTO history (district_id, act_id, kind, account_id, field, old_value, new_value, cause,
    evidence, version_after, approved, on_date)
SELECT tenant(), $1::uuid, c.kind, c.account_id, c.name, c.was, c.made, 'merged', 'a:' || c.goes,
    c.version, true, $2::date
FROM (
    SELECT 'join' AS kind, j.account_id, g.name, NULL AS was, 'member' AS made, g.goes, j.version
    FROM joined j JOIN going g ON g.list_id = j.list_id AND g.role = j.role
        AND g.stays = j.account_id
    UNION ALL
    SELECT 'end', e.account_id, g.name, 'on', 'ended', g.goes, e.version
    FROM ended e JOIN going g ON g.list_id = e.list_id AND g.role = e.role
        AND g.goes = e.account_id) c
