-- $1 act.
UPDATE act_item i SET outcome = CASE WHEN d.item_no IS NULL THEN 'overtaken' ELSE 'applied' END
FROM act_item x LEFT JOIN (SELECT DISTINCT item_no FROM plan_done) d ON d.item_no = x.item_no
WHERE x.district_id = tenant() AND x.act_id = $1::uuid AND i.district_id = tenant()
    AND i.act_id = x.act_id AND i.item_no = x.item_no AND i.outcome IS NULL
