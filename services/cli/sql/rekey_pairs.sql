-- The open plan's mapping of old ids to new ones. $1 plan, $2 at least this confidence or NULL, $3 old or new ids or NULL, $4 limit, $5 whether
-- to list as well what is no pair, since it could be another or is not sure enough: those are questions (`rollcall match`).
WITH pair AS (
    SELECT i.item_no, i.role, i.school, split_part(i.subject, ':', 2) AS source, substr(i.subject, 40) AS new, split_part(i.evidence, '=', 1) AS by,
        split_part(i.evidence, '=', 2)::int AS confidence, i.hold, i.decision, substr(i.new_value, 3)::uuid AS account
    FROM decided_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.kind = 'link' AND i.cause = 're-keyed' AND i.outcome IS NULL
    UNION ALL
    SELECT NULL, m.body -> 'roles' -> 0 ->> 'role', m.body -> 'roles' -> 0 ->> 'org', m.source_id::text, m.sourced_id, q.rule, q.confidence,
        'no pair: ' || q.why, NULL, q.account_id
    FROM match_question q JOIN mirror_record m ON m.district_id = tenant() AND m.row_no = q.row_no
    WHERE $5::boolean AND q.district_id = tenant() AND q.why <> 'no longer agree' AND NOT EXISTS (
        SELECT FROM account_link l JOIN mirror_record o ON o.district_id = tenant() AND o.source_id = l.source_id AND o.collection = 'users'
            AND o.sourced_id = l.sourced_id AND o.present
        WHERE l.district_id = tenant() AND l.account_id = q.account_id AND l.source_id = m.source_id)),
known AS (
    SELECT p.*, o.ids AS old, o.known
    FROM pair p CROSS JOIN LATERAL (
        SELECT string_agg(l.sourced_id, ', ' ORDER BY l.sourced_id) AS ids, array_agg(l.sourced_id) AS known
        FROM account_link l JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users'
            AND m.sourced_id = l.sourced_id AND NOT m.present
        WHERE l.district_id = tenant() AND l.account_id = p.account AND l.source_id::text = p.source) o
    WHERE p.item_no IS NOT NULL OR o.ids IS NOT NULL),
class AS (
    SELECT i.old_value AS old, i.new_value AS new, split_part(i.evidence, '=', 2)::int AS confidence, split_part(i.evidence, '=', 1) AS by, 'class' AS role,
        i.school, i.hold, i.decision, NULL::uuid AS account, i.item_no, ARRAY[i.old_value] AS known
    FROM decided_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.kind = 'rename' AND i.field = 'class' AND i.outcome IS NULL
    UNION ALL
    SELECT was, now, confidence, rule, 'class', school, 'no pair: several classes', NULL, NULL, NULL, ARRAY[was] FROM class_unsure
    WHERE $5::boolean AND district_id = tenant()),
every AS (
    SELECT old, new, confidence, by, role, school, hold, decision, account, item_no, known FROM known
    UNION ALL
    SELECT * FROM class)
SELECT old, new, confidence, by, role, school, hold, decision, account, item_no FROM every
WHERE ($2::int IS NULL OR confidence >= $2::int) AND ($3::text[] IS NULL OR new = ANY ($3::text[]) OR known && $3::text[])
ORDER BY confidence, old, new LIMIT $4::bigint
