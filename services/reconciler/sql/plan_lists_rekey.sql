-- A class under another id keeps its list: where a list's class is there no longer, and just one class
-- without a list has its code, or its title and course where neither has a code, at the same school
-- in the same terms. What names the class names it anew, and who is on the list is decided again
-- (P1). $1 run.
WITH here AS MATERIALIZED (SELECT source_id FROM source WHERE district_id = tenant()),
lost AS (
    SELECT FROM user_list u
    JOIN mirror_record m ON m.source_id = u.source_id AND m.sourced_id = u.class_id
    WHERE u.district_id = tenant() AND u.ended_on IS NULL AND m.district_id = tenant()
        AND m.collection = 'classes' AND m.body IS NOT NULL AND NOT m.present
        AND m.source_id = ANY (ARRAY(SELECT source_id FROM here))),
class AS (
    SELECT m.source_id, m.sourced_id, u.list_id, jsonb_build_array(m.body->>'school',
        m.body->'terms', c.code, CASE WHEN c.code IS NULL THEN m.body->>'title' END,
        CASE WHEN c.code IS NULL THEN m.body->>'course' END)::text AS alike
    FROM mirror_record m
    LEFT JOIN user_list u ON u.district_id = tenant() AND u.source_id = m.source_id
        AND u.class_id = m.sourced_id,
        LATERAL (SELECT m.body->>'classCode' AS code) c
    WHERE EXISTS (SELECT FROM lost) -- else no class is read
        AND m.district_id = tenant() AND m.collection = 'classes' AND m.body IS NOT NULL
        AND m.source_id = ANY (ARRAY(SELECT source_id FROM here))
        AND CASE WHEN m.present THEN u.list_id IS NULL
            ELSE u.list_id IS NOT NULL AND u.ended_on IS NULL END
        AND (c.code IS NOT NULL
            OR m.body->>'title' IS NOT NULL AND m.body->>'course' IS NOT NULL)),
sure AS MATERIALIZED (
    SELECT source_id, (array_agg(list_id) FILTER (WHERE list_id IS NOT NULL))[1] AS list_id,
        min(sourced_id) FILTER (WHERE list_id IS NOT NULL) AS was,
        min(sourced_id) FILTER (WHERE list_id IS NULL) AS now
    FROM class GROUP BY source_id, alike HAVING count(*) = 2 AND count(list_id) = 1),
moved AS (
    UPDATE user_list u SET class_id = s.now, version = u.version + 1
    FROM sure s WHERE u.district_id = tenant() AND u.list_id = s.list_id),
kept AS (
    INSERT INTO list_class_before (district_id, source_id, class_id, list_id, run_id)
    SELECT tenant(), source_id, was, list_id, $1::uuid FROM sure
    ON CONFLICT (district_id, source_id, class_id) DO UPDATE SET list_id = excluded.list_id,
        run_id = excluded.run_id),
back AS (
    DELETE FROM list_class_before b USING sure s
    WHERE b.district_id = tenant() AND b.source_id = s.source_id AND b.class_id = s.now),
mark AS MATERIALIZED (
    SELECT d.node, d.kind, d.field, a.field AS anew, EXISTS (
            SELECT FROM declined o WHERE o.district_id = tenant() AND o.node = d.node
                AND o.kind = d.kind AND o.field = a.field) AS there
    FROM declined d
    JOIN sure s ON regexp_replace(d.field, '[^:]*$', '')
        = 'class:' || s.source_id || ':' || s.was || ':',
        LATERAL (SELECT 'class:' || s.source_id || ':' || s.now || ':'
            || substring(d.field FROM '[^:]*$') AS field) a
    WHERE d.district_id = tenant() AND d.kind IN ('join', 'end') AND d.field LIKE 'class:%'),
said AS (
    UPDATE declined d SET field = k.anew FROM mark k
    WHERE d.district_id = tenant() AND d.node = k.node AND d.kind = k.kind AND d.field = k.field
        AND NOT k.there),
said_twice AS (
    DELETE FROM declined d USING mark k
    WHERE d.district_id = tenant() AND d.node = k.node AND d.kind = k.kind AND d.field = k.field
        AND k.there)
UPDATE account a SET version = a.version + 1
FROM (SELECT DISTINCT h.account_id FROM membership h JOIN sure s ON s.list_id = h.list_id
    WHERE h.district_id = tenant()) h
WHERE a.district_id = tenant() AND a.account_id = h.account_id
