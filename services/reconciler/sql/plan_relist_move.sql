-- Lists go on with their classes under other ids, with all that was said of them; who is on them is
-- decided again (P1). $1 run.
WITH sure AS MATERIALIZED (
    SELECT source_id, list_id, was, now FROM plan_relist WHERE hold = ''),
moved AS (
    UPDATE user_list u SET class_id = s.now, called = NULL, version = u.version + 1
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
