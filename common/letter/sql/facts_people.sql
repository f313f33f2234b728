-- People by role and what became of them; each counted once per column, who was created is not changed besides. $1 run, $2 zone, $3 member.
WITH scope AS (
    SELECT member_schools($3::uuid) AS schools
), person AS (
    SELECT account_id, max(role) AS role, bool_or(kind = 'create') AS made, bool_or(kind = 'update') AS changed,
           bool_or(kind = 'archive') AS archived, bool_or(kind = 'restore') AS restored, bool_or(kind = 'link') AS linked
    FROM scope, history h
    WHERE district_id = tenant() AND run_id = $1::uuid AND undone_at IS NULL AND kind IN ('create', 'update', 'archive', 'restore', 'link')
      AND (scope.schools IS NULL OR h.school = ANY (scope.schools) OR EXISTS (SELECT FROM account_role r
           WHERE r.district_id = tenant() AND r.account_id = h.account_id AND r.school_id = ANY (scope.schools)))
    GROUP BY account_id
), done AS (
    SELECT role, count(*) FILTER (WHERE made) AS created, count(*) FILTER (WHERE changed AND NOT made) AS changed,
           count(*) FILTER (WHERE archived) AS archived, count(*) FILTER (WHERE restored AND NOT made) AS restored,
           count(*) FILTER (WHERE linked AND NOT made AND NOT changed AND NOT restored) AS linked
    FROM person GROUP BY role
), held AS (
    SELECT i.role, count(DISTINCT i.subject) AS held
    FROM scope, plan p JOIN decided_item i USING (district_id, plan_id)
    WHERE p.district_id = tenant() AND p.run_id = $1::uuid AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> ''
      AND i.decision IS NULL AND i.kind IN ('create', 'update', 'archive', 'restore', 'link')
      AND (scope.schools IS NULL OR i.school = ANY (scope.schools))
    GROUP BY i.role
)
SELECT coalesce(jsonb_object_agg(role, jsonb_build_object('created', coalesce(created, 0), 'changed', coalesce(changed, 0),
           'archived', coalesce(archived, 0), 'restored', coalesce(restored, 0), 'linked', coalesce(linked, 0), 'held', coalesce(held, 0))), '{}')
FROM done FULL JOIN held USING (role)
WHERE $2::text <> ''
