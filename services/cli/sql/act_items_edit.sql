-- What the rows of a file say of an account and is not so yet. $1 act, $2 rows: line, account, and fields; '-' empties one.
INSERT INTO act_item (district_id, act_id, item_no, kind, account_id, field, old_value, new_value, version)
SELECT tenant(), $1::uuid, row_number() OVER (ORDER BY a.account_id, f.key), 'update', a.account_id, f.key,
    to_jsonb(a) ->> f.key, nullif(f.value, '-'), coalesce((a.field_versions ->> f.key)::bigint, 0)
FROM jsonb_array_elements($2::jsonb) AS r(row)
JOIN account a ON a.district_id = tenant() AND a.account_id = (r.row ->> 'account')::uuid
CROSS JOIN LATERAL jsonb_each_text(r.row - 'line' - 'account') AS f
WHERE nullif(f.value, '-') IS DISTINCT FROM to_jsonb(a) ->> f.key
