-- People to add, unless somebody has got their user name or e-mail since it was shown. $1 act.
INSERT INTO plan_go (item_no, person, kind, subject, field, new_value, account_id)
SELECT i.item_no, i.item_no, i.kind, 'a:' || i.account_id, i.field, i.new_value, i.account_id
FROM act_item i
WHERE i.district_id = tenant() AND i.act_id = $1::uuid AND i.kind = 'create' AND i.outcome IS NULL
    AND NOT EXISTS (
        SELECT FROM account a WHERE a.district_id = tenant() AND a.merged_into IS NULL
            AND (a.account_id = i.account_id
                OR lower(a.username) = lower(i.new_value::json->>'username')
                OR lower(a.email) = lower(i.new_value::json->>'email')))
