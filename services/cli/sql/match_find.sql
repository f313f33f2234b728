-- The questions that are meant. $1 record by SIS id or node, $2 account or NULL; or $3 every record that has one account alone, which no other
-- record has, from this confidence on.
WITH asked AS (
    SELECT q.row_no, q.account_id, m.sourced_id, 'r:' || m.source_id || ':' || m.sourced_id AS node, q.confidence,
           count(*) OVER (PARTITION BY q.row_no) AS accounts, count(*) OVER (PARTITION BY q.account_id) AS records
    FROM match_question q JOIN mirror_record m ON m.district_id = tenant() AND m.row_no = q.row_no
    WHERE q.district_id = tenant())
SELECT row_no, account_id, node FROM asked
WHERE CASE WHEN $3::int IS NOT NULL THEN confidence >= $3::int AND accounts = 1 AND records = 1
           ELSE $1::text IN (sourced_id, node) AND coalesce($2::text IN (account_id::text, 'a:' || account_id), true) END
ORDER BY row_no, account_id
