-- The way back of plan_relist_move, for a test plan.
DELETE FROM list_class_before b USING plan_relist r
WHERE b.district_id = tenant() AND b.source_id = r.source_id AND b.class_id IN (r.was, r.now);
INSERT INTO list_class_before SELECT * FROM plan_kept_before;
DELETE FROM declined d USING plan_relist r
WHERE d.district_id = tenant() AND d.kind IN ('join', 'end') AND d.field LIKE 'class:%'
    AND regexp_replace(d.field, '[^:]*$', '') IN ('class:' || r.source_id || ':' || r.was || ':',
        'class:' || r.source_id || ':' || r.now || ':');
INSERT INTO declined SELECT * FROM plan_kept_mark;
UPDATE account a SET version = a.version - 1
FROM (SELECT DISTINCT h.account_id FROM membership h JOIN plan_relist r ON r.list_id = h.list_id
    WHERE h.district_id = tenant() AND r.hold = '') h
WHERE a.district_id = tenant() AND a.account_id = h.account_id;
UPDATE user_list u SET class_id = r.was, called = NULL, version = u.version - 1
FROM plan_relist r
WHERE u.district_id = tenant() AND u.list_id = r.list_id AND r.hold = '';
