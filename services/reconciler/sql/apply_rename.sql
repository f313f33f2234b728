-- Unless a person named the list meanwhile. $1 plan.
WITH done AS (
    UPDATE user_list u SET title = i.new_value, version = u.version + 1
    FROM plan_go g JOIN plan_item i ON i.district_id = tenant() AND i.plan_id = $1::uuid
        AND i.item_no = g.item_no
    WHERE g.kind = 'rename' AND g.field = 'name' AND u.district_id = tenant() AND u.list_id = substr(g.subject, 3)::uuid
        AND u.named_by IS NULL AND u.title = i.old_value
    RETURNING g.item_no, g.person, u.version)
INSERT INTO plan_done SELECT item_no, person, 'rename', NULL, version FROM done
