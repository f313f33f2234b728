UPDATE plan_item i SET outcome = CASE WHEN g.done THEN 'applied' ELSE 'overtaken' END
FROM plan_go g WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.item_no = g.item_no
