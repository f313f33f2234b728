-- The open plan's mapping of old ids to new ones. $1 plan, $2 at least this confidence or NULL, $3 old or new ids or NULL, $4 limit.
WITH pair AS (
    SELECT i.item_no, i.role, i.school, o.ids AS old, substr(i.subject, 40) AS new, split_part(i.evidence, '=', 1) AS by,
        split_part(i.evidence, '=', 2)::int AS confidence, i.hold, i.decision, substr(i.new_value, 3) AS account, o.known
    FROM decided_item i
    CROSS JOIN LATERAL (
        SELECT string_agg(l.sourced_id, ', ' ORDER BY l.sourced_id) AS ids, array_agg(l.sourced_id) AS known
        FROM account_link l JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users'
            AND m.sourced_id = l.sourced_id AND NOT m.present
        WHERE l.district_id = tenant() AND l.account_id = substr(i.new_value, 3)::uuid AND l.source_id::text = split_part(i.subject, ':', 2)) o
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.kind = 'link' AND i.cause = 're-keyed' AND i.outcome IS NULL)
SELECT old, new, confidence, by, role, school, hold, decision, account, item_no FROM pair
WHERE ($2::int IS NULL OR confidence >= $2::int) AND ($3::text[] IS NULL OR new = ANY ($3::text[]) OR known && $3::text[])
ORDER BY confidence, old, new LIMIT $4::bigint
