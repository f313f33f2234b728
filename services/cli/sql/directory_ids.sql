-- By which ids the application knows accounts that were imported; of one that was merged, the account that goes on in its place. $1 limit.
SELECT i.own_id, coalesce(a.merged_into, i.account_id), a.status, i.imported_by, i.imported_at,
       (SELECT string_agg(l.sourced_id, ', ' ORDER BY l.sourced_id) FROM account_link l WHERE l.district_id = tenant() AND l.account_id = coalesce(a.merged_into, i.account_id))
FROM imported_account i LEFT JOIN account a ON a.district_id = tenant() AND a.account_id = i.account_id
WHERE i.district_id = tenant() ORDER BY i.own_id LIMIT $1::bigint
