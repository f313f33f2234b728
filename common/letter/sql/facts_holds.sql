-- What waits, why, and for whom. $1 run, $2 zone, $3 member.
SELECT coalesce(jsonb_agg(jsonb_build_object('hold', hold, 'kind', kind, 'role', role, 'count', n)
           ORDER BY sum DESC, hold, kind IN ('join', 'end'), n DESC, kind, role), '[]')
FROM (
    SELECT i.hold, i.kind, i.role, count(DISTINCT CASE WHEN i.kind IN ('join', 'end') THEN i.item_no::text ELSE i.subject END) AS n,
           sum(count(*)) OVER (PARTITION BY i.hold) AS sum
    FROM (SELECT member_schools($3::uuid) AS schools) scope, plan p JOIN decided_item i USING (district_id, plan_id)
    WHERE p.district_id = tenant() AND p.run_id = $1::uuid AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> '' AND i.decision IS NULL
      AND (scope.schools IS NULL OR i.school = ANY (scope.schools))
    GROUP BY i.hold, i.kind, i.role) x
WHERE $2::text <> ''
