INSERT INTO account_role AS r (district_id, account_id, role, source_id, school_id, began_on)
SELECT tenant(), g.account_id, split_part(t, '@', 1), substr(t, strpos(t, '@') + 1, 36)::uuid,
    substr(t, strpos(t, '@') + 38), $1::date
FROM plan_go g, string_to_table(g.new_value, ',') t WHERE g.kind = 'update' AND g.field = 'roles'
    AND t <> ''
ON CONFLICT (district_id, account_id, role, source_id, school_id) DO UPDATE SET ended_on = NULL,
    began_on = excluded.began_on
    WHERE r.ended_on IS NOT NULL
