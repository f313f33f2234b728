-- $1 run.
INSERT INTO account (district_id, account_id, kind, username, given_name, family_name, middle_name,
    email, phone, sms, identifier, master_id,
                     grades, created_run)
SELECT tenant(), account_id, v->>'kind', v->>'username', v->>'given_name', v->>'family_name',
    v->>'middle_name', v->>'email', v->>'phone',
       v->>'sms', v->>'identifier', v->>'master_id', coalesce(string_to_array(v->>'grades', ','),
           '{}'), $1::uuid
FROM (SELECT account_id, new_value::jsonb AS v FROM plan_go WHERE kind = 'create') g
