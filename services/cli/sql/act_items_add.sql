-- Somebody to be made. $1 act, $2 the person as JSON.
INSERT INTO act_item (district_id, act_id, item_no, kind, account_id, new_value)
VALUES (tenant(), $1::uuid, 1, 'create', uuid7(), $2::text) RETURNING account_id::text
