-- What waits for a decision: why, what, for whom, since when, and some of the records by their id in the SIS, fifty in all, shared evenly.
-- $1 member, $2 zone, $3 since, $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools
), open AS MATERIALIZED (
    SELECT i.hold, i.kind, i.role, i.item_no, i.subject, i.field, i.key, p.made_at, p.plan_id
    FROM scope, plan p JOIN decided_item i USING (district_id, plan_id)
    WHERE p.district_id = tenant() AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> '' AND i.decision IS NULL
      AND (scope.schools IS NULL OR i.school = ANY (scope.schools))
), person AS (
    SELECT hold, kind, role, CASE WHEN kind IN ('join', 'end') THEN item_no::text ELSE subject END AS who, min(item_no) AS item_no,
           min(subject) AS subject, max(field) AS field, min(key) AS key, min(made_at) AS made_at, min(plan_id::text)::uuid AS plan_id
    FROM open GROUP BY 1, 2, 3, 4
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY hold, kind, role ORDER BY item_no) AS n, count(*) OVER (PARTITION BY hold) AS sum FROM person
), shown AS (
    SELECT hold, kind, role, jsonb_agg(jsonb_build_object('id', coalesce(l.sourced_id, CASE WHEN subject LIKE 'r:%' THEN split_part(subject, ':', 3) END),
               'field', CASE WHEN kind = 'update' THEN field END) ORDER BY n) FILTER (WHERE l.sourced_id IS NOT NULL OR subject LIKE 'r:%') AS records
    FROM (SELECT *, row_number() OVER (ORDER BY n, sum DESC, hold, kind, role) AS nth FROM numbered WHERE n <= 50 AND kind NOT IN ('join', 'end')) x
    LEFT JOIN LATERAL (SELECT min(k.sourced_id) AS sourced_id FROM account_link k
                       WHERE k.district_id = tenant() AND subject LIKE 'a:%' AND k.account_id = split_part(subject, ':', 2)::uuid) l ON true
    WHERE nth <= 50 GROUP BY hold, kind, role
), held AS (
    SELECT hold, kind, role, count(*) AS n, max(sum) AS sum, min(made_at) AS made_at,
           (SELECT min(q.made_at) FROM plan_item x JOIN plan q USING (district_id, plan_id)
            WHERE x.district_id = tenant() AND x.key = min(numbered.key) AND x.hold <> '' AND q.state <> 'test'
              AND x.plan_id = ANY (SELECT plan_id FROM plan WHERE district_id = tenant() AND state = 'superseded' ORDER BY made_at DESC LIMIT 60)) AS first_at
    FROM numbered GROUP BY hold, kind, role
)
SELECT coalesce(jsonb_agg(jsonb_build_object('hold', hold, 'kind', kind, 'role', role, 'count', n, 'records', coalesce(records, '[]'),
           'since', to_char(least(first_at, made_at) AT TIME ZONE $2::text, 'Dy, FMDD Mon')) ORDER BY sum DESC, hold, kind IN ('join', 'end'), n DESC, kind, role), '[]')
FROM held LEFT JOIN shown USING (hold, kind, role)
WHERE $3::timestamptz >= $4::timestamptz
