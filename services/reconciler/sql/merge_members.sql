-- The one that stays joins the lists of the other, unless somebody took it out of them. A hand's
-- word on a list holds for both, in every role; where each has one, that on the one that stays. In
-- history, old_value is 'on' of what the other leaves, 'member' of whom the roster had put on a list
-- that stays, none of who was not on it. $1 act, $2 today.
WITH held AS (
    SELECT p.stays, p.goes, h.list_id, h.account_id, h.role, h.origin, h.ended_on IS NULL AS member,
        h.account_id = p.stays AS own, h.origin = 'hand' AND h.ended_on IS NOT NULL AS off,
        'class:' || u.source_id || ':' || u.class_id || ':' || h.role AS name
    FROM act_pair p
    JOIN membership h ON h.district_id = tenant() AND h.account_id IN (p.stays, p.goes)
    JOIN user_list u ON u.district_id = tenant() AND u.list_id = h.list_id),
going AS (SELECT * FROM held WHERE NOT own AND member),
said AS (
    SELECT stays, list_id, bool_or(own AND origin = 'hand') AS own_word,
        bool_or(off) AS off, bool_or(off AND NOT own) AS other_off,
        min(role) FILTER (WHERE off AND NOT own) AS role
    FROM held GROUP BY stays, list_id),
joined AS (
    INSERT INTO membership AS h (district_id, list_id, account_id, role, began_on, origin)
    SELECT tenant(), list_id, stays, g.role, $2::date, g.origin
    FROM going g JOIN said s USING (stays, list_id)
    WHERE NOT s.off AND NOT EXISTS (SELECT FROM declined d WHERE d.district_id = tenant()
        AND d.node = 'a:' || g.stays AND d.kind = 'join' AND d.field = g.name)
    ON CONFLICT (district_id, list_id, account_id, role) DO UPDATE
        SET ended_on = NULL, version = h.version + 1,
            origin = CASE WHEN excluded.origin = 'hand' THEN 'hand' ELSE h.origin END
        WHERE h.ended_on IS NOT NULL OR (h.origin <> 'hand' AND excluded.origin = 'hand')
    RETURNING h.list_id, h.account_id, h.role, h.version),
kept_off AS (
    INSERT INTO membership AS h (district_id, list_id, account_id, role, began_on, ended_on, origin)
    SELECT tenant(), s.list_id, s.stays, coalesce(o.role, s.role), $2::date, $2::date, 'hand'
    FROM said s LEFT JOIN held o ON o.own AND o.stays = s.stays AND o.list_id = s.list_id
    WHERE s.other_off AND NOT coalesce(s.own_word, false)
    ON CONFLICT (district_id, list_id, account_id, role) DO UPDATE SET origin = 'hand',
        ended_on = coalesce(h.ended_on, excluded.ended_on), version = h.version + 1
    RETURNING h.list_id, h.account_id, h.role, h.version),
ended AS (
    UPDATE membership h SET ended_on = $2::date, version = h.version + 1 FROM act_pair p
    WHERE h.district_id = tenant() AND h.account_id = p.goes AND h.ended_on IS NULL
    RETURNING h.list_id, h.account_id, h.role, h.version),
changes AS (
    SELECT 'join' AS kind, account_id, list_id, role, 'member' AS made, version FROM joined
    UNION ALL SELECT 'end', account_id, list_id, role, 'ended', version FROM kept_off
    UNION ALL SELECT 'end', account_id, list_id, role, 'ended', version FROM ended)
INSERT INTO history (district_id, act_id, kind, account_id, field, old_value, new_value, cause,
    evidence, version_after, approved, on_date)
SELECT tenant(), $1::uuid, c.kind, c.account_id,
    'class:' || u.source_id || ':' || u.class_id || ':' || c.role,
    CASE WHEN b.member THEN CASE WHEN b.own THEN 'member' ELSE 'on' END END, c.made, 'merged',
    'a:' || p.goes, c.version, true, $2::date
FROM changes c
JOIN act_pair p ON c.account_id IN (p.stays, p.goes)
JOIN user_list u ON u.district_id = tenant() AND u.list_id = c.list_id
LEFT JOIN held b ON b.account_id = c.account_id AND b.list_id = c.list_id AND b.role = c.role
