-- The lists that go on with a class under another id, while that class has no list of its own. $1
-- plan.
INSERT INTO plan_relist (source_id, list_id, was, now, hold)
SELECT u.source_id, u.list_id, i.old_value, i.new_value, ''
FROM plan_go g
JOIN plan_item i ON i.district_id = tenant() AND i.plan_id = $1::uuid AND i.item_no = g.item_no
JOIN user_list u ON u.district_id = tenant() AND u.list_id = substr(g.subject, 3)::uuid
WHERE g.kind = 'rename' AND g.field = 'class' AND u.class_id = i.old_value AND NOT EXISTS (
    SELECT FROM user_list o WHERE o.district_id = tenant() AND o.source_id = u.source_id
        AND o.class_id = i.new_value)
