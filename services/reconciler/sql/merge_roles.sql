-- The one that stays has the roles of both. $1 act, $2 today.
WITH held AS (
    SELECT p.stays, p.goes, p.leaves, r.role, r.source_id, r.school_id,
        r.role || '@' || r.source_id || '/' || r.school_id AS name
    FROM (SELECT stays, goes, stays AS account_id, false AS leaves FROM act_pair
          UNION ALL SELECT stays, goes, goes, true FROM act_pair) p
    JOIN account_role r ON r.district_id = tenant() AND r.account_id = p.account_id
        AND r.ended_on IS NULL),
texts AS (
    SELECT stays, goes,
        string_agg(DISTINCT name COLLATE "C", ',' ORDER BY name COLLATE "C")
            FILTER (WHERE NOT leaves) AS before,
        string_agg(DISTINCT name COLLATE "C", ',' ORDER BY name COLLATE "C")
            FILTER (WHERE leaves) AS gone,
        string_agg(DISTINCT name COLLATE "C", ',' ORDER BY name COLLATE "C") AS after
    FROM held GROUP BY stays, goes),
changes AS (
    SELECT stays AS account_id, goes, before, after FROM texts
    WHERE before IS DISTINCT FROM after
    UNION ALL SELECT goes, goes, gone, NULL FROM texts WHERE gone IS NOT NULL),
begun AS (
    INSERT INTO account_role AS r (district_id, account_id, role, source_id, school_id, began_on)
    SELECT DISTINCT tenant(), stays, role, source_id, school_id, $2::date FROM held WHERE leaves
    ON CONFLICT (district_id, account_id, role, source_id, school_id) DO UPDATE
        SET ended_on = NULL, began_on = excluded.began_on WHERE r.ended_on IS NOT NULL),
ended AS (
    UPDATE account_role r SET ended_on = $2::date FROM act_pair p
    WHERE r.district_id = tenant() AND r.account_id = p.goes AND r.ended_on IS NULL),
moved AS (
    UPDATE account a SET version = a.version + 1, field_versions = a.field_versions ||
        jsonb_build_object('roles', coalesce((a.field_versions->>'roles')::bigint, 0) + 1)
    FROM changes c WHERE a.district_id = tenant() AND a.account_id = c.account_id
    RETURNING a.account_id, (a.field_versions->>'roles')::bigint AS version)
INSERT INTO history (district_id, act_id, kind, account_id, field, old_value, new_value, cause,
    evidence, version_after, approved, on_date)
SELECT tenant(), $1::uuid, 'update', c.account_id, 'roles', c.before, coalesce(c.after, ''),
    'merged', 'a:' || c.goes, m.version, true, $2::date
FROM changes c JOIN moved m USING (account_id)
