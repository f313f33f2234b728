-- An act is taken back: what it declined is not declined any more. $1 act, $2 account, $3 field.
DELETE FROM declined d WHERE d.district_id = tenant() AND d.act_id = $1::uuid AND d.field = $3
    AND (d.node = 'a:' || $2 OR d.node IN (
        SELECT 'r:' || l.source_id || ':' || l.sourced_id FROM account_link l
        WHERE l.district_id = tenant() AND l.account_id = $2::uuid))
