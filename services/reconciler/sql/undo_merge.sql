-- The account that had gone is itself again. $1 account, $2 its status of before, $3 node of the one
-- that stayed, $4 the status version that the merge left, $5 act.
WITH unpinned AS (
    DELETE FROM pin n WHERE n.district_id = tenant() AND n.act_id = $5::uuid
        AND 'a:' || n.account_id = $3 AND EXISTS (SELECT FROM account a
            WHERE a.district_id = tenant() AND a.account_id = $1::uuid
                AND 'a:' || a.merged_into = $3)),
unsaid AS (
    DELETE FROM declined d WHERE d.district_id = tenant() AND d.act_id = $5::uuid
        AND (d.node = $3 OR d.field IN ($3, 'guardian:' || $3))
        AND EXISTS (SELECT FROM account a WHERE a.district_id = tenant()
            AND a.account_id = $1::uuid AND 'a:' || a.merged_into = $3))
UPDATE account a SET merged_into = NULL, status = $2, status_version = a.status_version + 1,
    version = a.version + 1, updated_at = now(),
    archived_at = CASE WHEN $2 = 'archived' THEN a.archived_at END
WHERE a.district_id = tenant() AND a.account_id = $1::uuid AND 'a:' || a.merged_into = $3
    AND a.status_version = $4::bigint
