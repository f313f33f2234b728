-- A class under another id keeps its list: where a list's class is there no longer, and just one class
-- without a list has its code, or its title and course where neither has a code, at the same school
-- in the same terms. What names the class names it anew, and who is on the list is decided again
-- (P1). $1 run.
WITH old AS (
    SELECT u.list_id, m.source_id, m.sourced_id, m.body
    FROM user_list u
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = u.source_id
        AND m.collection = 'classes' AND m.sourced_id = u.class_id
    WHERE u.district_id = tenant() AND u.ended_on IS NULL AND NOT m.present AND m.body IS NOT NULL),
pair AS (
    SELECT o.list_id, o.source_id, o.sourced_id AS was, n.sourced_id AS now,
        count(*) OVER (PARTITION BY o.list_id) AS for_old,
        count(*) OVER (PARTITION BY n.source_id, n.sourced_id) AS for_new
    FROM old o
    JOIN mirror_record n ON n.district_id = tenant() AND n.source_id = o.source_id
        AND n.collection = 'classes' AND n.present
        AND n.body->>'school' IS NOT DISTINCT FROM o.body->>'school'
        AND n.body->'terms' IS NOT DISTINCT FROM o.body->'terms'
        AND CASE WHEN o.body->>'classCode' IS NULL AND n.body->>'classCode' IS NULL
            THEN n.body->>'title' = o.body->>'title' AND n.body->>'course' = o.body->>'course'
            ELSE n.body->>'classCode' = o.body->>'classCode' END
    LEFT JOIN user_list u ON u.district_id = tenant() AND u.source_id = n.source_id
        AND u.class_id = n.sourced_id
    WHERE u.list_id IS NULL),
sure AS MATERIALIZED (SELECT * FROM pair WHERE for_old = 1 AND for_new = 1),
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
said AS (
    UPDATE declined d SET field = 'class:' || s.source_id || ':' || s.now || ':' || r.role
    FROM sure s, LATERAL (SELECT 'class:' || s.source_id || ':' || s.was || ':' AS was) o, declined x,
        LATERAL (SELECT substr(x.field, length(o.was) + 1) AS role) r
    WHERE x.district_id = tenant() AND x.kind IN ('join', 'end') AND starts_with(x.field, o.was)
        AND r.role NOT LIKE '%:%' AND d.district_id = tenant() AND d.node = x.node
        AND d.kind = x.kind AND d.field = x.field)
UPDATE account a SET version = a.version + 1
FROM (SELECT DISTINCT h.account_id FROM membership h JOIN sure s ON s.list_id = h.list_id
    WHERE h.district_id = tenant()) h
WHERE a.district_id = tenant() AND a.account_id = h.account_id
