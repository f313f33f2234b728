-- $1 act, $2 accounts, $3 'archive' or 'restore'.
INSERT INTO act_item (district_id, act_id, item_no, kind, account_id, old_value, new_value, version)
SELECT tenant(), $1::uuid, row_number() OVER (ORDER BY a.account_id), $3::text, a.account_id, a.status,
    CASE $3::text WHEN 'archive' THEN 'archived' ELSE 'active' END, a.status_version
FROM account a WHERE a.district_id = tenant() AND a.account_id = ANY ($2::uuid[])
  AND a.merged_into IS NULL AND a.status = CASE $3::text WHEN 'archive' THEN 'active' ELSE 'archived' END
