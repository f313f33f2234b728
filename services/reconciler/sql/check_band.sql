-- Is what is missing outside the usual band (C3)? A collection that is suddenly empty; more than
-- half of the known users; more than half of a role at a school, where it has ten people or more.
-- None of it is, where more of a collection came unchanged than is missing, and where six of a role
-- at a school are not: then nobody is counted.
WITH much AS MATERIALIZED (
    SELECT x.collection FROM w_missing x GROUP BY x.collection
    HAVING count(*) > (SELECT coalesce(sum(w.high - w.low), 0) FROM w_seen w
        WHERE w.collection = x.collection)
), known AS (
    SELECT m.collection, count(*) AS all_of, count(x.row_no) AS missing
    FROM mirror_record m LEFT JOIN w_missing x ON x.row_no = m.row_no
    WHERE m.source_id = $1::uuid AND m.present AND m.collection IN (SELECT u.collection FROM much u)
      AND (SELECT EXISTS (SELECT FROM much))
    GROUP BY m.collection
), sixes AS MATERIALIZED (
    SELECT r.role, r.org
    FROM (SELECT x.row_no FROM w_missing x WHERE x.collection = 'users') x
    CROSS JOIN LATERAL (SELECT m.body FROM mirror_record m
        WHERE m.district_id = tenant() AND m.row_no = x.row_no OFFSET 0) m
    CROSS JOIN LATERAL (SELECT DISTINCT r ->> 'role' AS role, r ->> 'org' AS org
                        FROM jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) r) r
    GROUP BY r.role, r.org HAVING count(*) >= 6
), groups AS (
    SELECT count(*) AS all_of, count(x.row_no) AS missing
    FROM mirror_record m
    CROSS JOIN LATERAL (SELECT DISTINCT r ->> 'role' AS role, r ->> 'org' AS org
                        FROM jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) r) r
    LEFT JOIN w_missing x ON x.row_no = m.row_no
    WHERE m.source_id = $1::uuid AND m.collection = 'users' AND m.present
      AND (SELECT EXISTS (SELECT FROM sixes))
    GROUP BY r.role, r.org
)
SELECT EXISTS (SELECT FROM known WHERE missing = all_of)
    OR EXISTS (SELECT FROM known WHERE collection = 'users' AND all_of >= 2
        AND 2 * missing > all_of)
    OR EXISTS (SELECT FROM groups WHERE all_of >= 10 AND 2 * missing > all_of)
