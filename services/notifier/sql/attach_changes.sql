-- What became of people, oldest first. $1 member, $2 since, $3 limit.
WITH scope AS (SELECT member_schools($1::uuid) AS schools)
SELECT to_char(h.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), h.kind, h.role, h.school,
       (SELECT min(l.sourced_id) FROM account_link l WHERE l.district_id = tenant() AND l.account_id = h.account_id), h.field, h.old_value, h.new_value, h.cause
FROM scope, history h
WHERE h.district_id = tenant() AND h.at >= $2::timestamptz AND h.undone_at IS NULL AND h.kind IN ('create', 'update', 'archive', 'restore', 'link')
  AND (scope.schools IS NULL OR h.school = ANY (scope.schools) OR EXISTS (SELECT FROM account_role r
       WHERE r.district_id = tenant() AND r.account_id = h.account_id AND r.school_id = ANY (scope.schools)))
ORDER BY h.history_id LIMIT $3::int
