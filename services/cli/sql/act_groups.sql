-- $1 act.
SELECT i.kind, CASE WHEN i.field LIKE 'guardian:%' THEN 'guardian' ELSE i.field END,
    (SELECT string_agg(DISTINCT r.role, ',') FROM account_role r WHERE r.district_id = tenant() AND r.ended_on IS NULL AND r.account_id = i.account_id) AS roles,
    count(*), count(*) FILTER (WHERE i.outcome = 'applied'), count(*) FILTER (WHERE i.outcome = 'overtaken')
FROM act_item i WHERE i.district_id = tenant() AND i.act_id = $1::uuid GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
