-- Is what is missing outside the usual band (C3)? A collection that is suddenly empty; more than
-- half of the known users; more than half of a role at a school, where it has ten people or more.
WITH known AS (
    SELECT m.collection, count(*) AS all_of, count(x.row_no) AS missing
    FROM mirror_record m LEFT JOIN w_missing x ON x.row_no = m.row_no
    WHERE m.source_id = $1::uuid AND m.present AND m.collection IN (SELECT w.collection
        FROM w_missing w)
    GROUP BY m.collection
), groups AS (
    SELECT count(*) AS all_of, count(x.row_no) AS missing
    FROM mirror_record m
    CROSS JOIN LATERAL (SELECT DISTINCT r ->> 'role' AS role, r ->> 'org' AS org
                        FROM jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) r) r
    LEFT JOIN w_missing x ON x.row_no = m.row_no
    WHERE m.source_id = $1::uuid AND m.collection = 'users' AND m.present
      AND EXISTS (SELECT FROM w_missing w WHERE w.collection = 'users')
    GROUP BY r.role, r.org
)
SELECT EXISTS (SELECT FROM known WHERE missing = all_of)
    OR EXISTS (SELECT FROM known WHERE collection = 'users' AND all_of >= 2
        AND 2 * missing > all_of)
    OR EXISTS (SELECT FROM groups WHERE all_of >= 10 AND 2 * missing > all_of)
