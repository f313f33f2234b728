-- $1 today.
INSERT INTO account_role (district_id, account_id, role, source_id, school_id, began_on)
SELECT tenant(), g.account_id, split_part(r, '@', 1), substr(r, strpos(r, '@') + 1, 36)::uuid,
    substr(r, strpos(r, '@') + 38), $1::date
FROM plan_go g, string_to_table(g.new_value::json->>'roles', ',') r
WHERE g.kind = 'create'
ORDER BY g.account_id
