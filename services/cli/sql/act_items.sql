-- Items in words; ids only. $1 act, $2 limit.
SELECT i.item_no, i.kind,
       CASE i.kind WHEN 'update' THEN 'set ' || i.field || ' of account ' || i.account_id
                   WHEN 'end' THEN 'end guardianship of account ' || substr(i.field, 12) || ' for ' || i.account_id
                   WHEN 'merge' THEN 'join account ' || substr(i.new_value, 3) || ' with ' || i.account_id || ', which stays'
                   WHEN 'create' THEN 'make account ' || i.account_id
                   ELSE i.kind || ' account ' || i.account_id END,
       i.outcome, i.account_id, i.field, i.old_value, i.new_value
FROM act_item i WHERE i.district_id = tenant() AND i.act_id = $1::uuid ORDER BY i.item_no LIMIT $2::bigint
