-- $1 run; NULL: by hand.
INSERT INTO account (district_id, account_id, kind, username, given_name, family_name, middle_name,
    email, phone, sms, identifier, master_id, grades, created_run)
SELECT tenant(), g.account_id, v.kind, v.username, v.given_name, v.family_name, v.middle_name,
    v.email, v.phone, v.sms, v.identifier, v.master_id,
    coalesce(string_to_array(v.grades, ','), '{}'), $1::uuid
FROM plan_go g, json_to_record(g.new_value::json) AS v(kind text, username text, given_name text,
    family_name text, middle_name text, email text, phone text, sms text, identifier text,
    master_id text, grades text)
WHERE g.kind = 'create'
ORDER BY g.account_id
