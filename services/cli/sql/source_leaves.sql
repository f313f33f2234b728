-- Active people whom the source ($1) carries, by role: how many another source carries too ($2: only that one), how many a link that
-- waits in the open plan would join with it, how many nobody else knows.
WITH carried AS (
    SELECT DISTINCT l.account_id FROM account_link l
    JOIN account a ON a.district_id = l.district_id AND a.account_id = l.account_id
    WHERE l.district_id = tenant() AND l.source_id = $1::uuid AND a.status = 'active'),
others AS (
    SELECT s.source_id FROM source s
    WHERE s.district_id = tenant() AND s.removed_at IS NULL AND s.source_id <> $1::uuid AND s.source_id = coalesce($2::uuid, s.source_id)),
shared AS (
    SELECT DISTINCT l.account_id FROM others o
    JOIN account_link l ON l.district_id = tenant() AND l.source_id = o.source_id
    JOIN mirror_record m ON m.district_id = l.district_id AND m.source_id = l.source_id AND m.collection = 'users'
        AND m.sourced_id = l.sourced_id
    WHERE m.gone = 0),
waiting AS (
    SELECT DISTINCT i.new_value FROM others o
    JOIN plan p ON p.district_id = tenant() AND p.state = 'open'
    JOIN plan_item i ON i.district_id = p.district_id AND i.plan_id = p.plan_id
    WHERE i.kind = 'link' AND i.outcome IS NULL AND i.subject LIKE 'r:' || o.source_id || ':%'),
person AS (
    SELECT c.account_id, h.account_id IS NOT NULL AS shared, w.new_value IS NOT NULL AS waits,
        coalesce((SELECT min(r.role) FROM account_role r
                  WHERE r.district_id = tenant() AND r.account_id = c.account_id AND r.ended_on IS NULL), 'without a role') AS role
    FROM carried c
    LEFT JOIN shared h ON h.account_id = c.account_id
    LEFT JOIN waiting w ON w.new_value = 'a:' || c.account_id)
SELECT role, count(*), count(*) FILTER (WHERE shared), count(*) FILTER (WHERE waits AND NOT shared),
    count(*) FILTER (WHERE NOT shared AND NOT waits)
FROM person GROUP BY role ORDER BY role
