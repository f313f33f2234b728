-- Guardianships of the other, on either side of them; those that somebody ended stay ended. $1 act,
-- $2 today.
WITH going AS (
    SELECT g.guardian_id, g.student_id, g.relation, g.origin,
        coalesce(pg.stays, g.guardian_id) AS guardian, coalesce(ps.stays, g.student_id) AS student,
        'a:' || coalesce(pg.goes, ps.goes) AS pair
    FROM guardianship g
    LEFT JOIN act_pair pg ON pg.goes = g.guardian_id
    LEFT JOIN act_pair ps ON ps.goes = g.student_id
    WHERE g.district_id = tenant() AND g.ended_on IS NULL
        AND (pg.goes IS NOT NULL OR ps.goes IS NOT NULL)),
joined AS (
    INSERT INTO guardianship AS h (district_id, guardian_id, student_id, relation, origin, began_on)
    SELECT DISTINCT ON (guardian, student) tenant(), guardian, student, relation, origin, $2::date
    FROM going n WHERE guardian <> student AND NOT EXISTS (
        SELECT FROM declined d WHERE d.district_id = tenant() AND d.kind = 'join'
            AND d.node = 'a:' || n.student AND d.field = 'guardian:a:' || n.guardian)
    ORDER BY guardian, student, guardian_id, student_id
    ON CONFLICT (district_id, guardian_id, student_id) DO UPDATE
        SET ended_on = NULL, version = h.version + 1
        WHERE h.ended_on IS NOT NULL AND h.origin <> 'hand'
    RETURNING h.guardian_id, h.student_id, h.relation, h.version),
ended AS (
    UPDATE guardianship h SET ended_on = $2::date, version = h.version + 1 FROM going g
    WHERE h.district_id = tenant() AND h.guardian_id = g.guardian_id
        AND h.student_id = g.student_id
    RETURNING h.guardian_id, h.student_id, h.version, g.pair),
moved AS (
    UPDATE account a SET version = a.version + 1
    WHERE a.district_id = tenant() AND a.account_id IN (
        SELECT student_id FROM joined UNION SELECT student_id FROM ended))
INSERT INTO history (district_id, act_id, kind, account_id, field, old_value, new_value, cause,
    evidence, version_after, approved, on_date)
SELECT tenant(), $1::uuid, c.kind, c.student_id, 'guardian:a:' || c.guardian_id, c.was, c.made,
    'merged', c.pair, c.version, true, $2::date
FROM (
    SELECT 'join' AS kind, j.guardian_id, j.student_id, NULL AS was, j.relation AS made, j.version,
        (SELECT min(g.pair) FROM going g
         WHERE g.guardian = j.guardian_id AND g.student = j.student_id) AS pair
    FROM joined j
    UNION ALL SELECT 'end', guardian_id, student_id, 'on', 'ended', version, pair FROM ended) c
