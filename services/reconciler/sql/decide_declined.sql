-- P7: a decline leaves a mark that carries the version it waits for: on each record for create,
-- link and restore, and for a pair that was no re-keying; on the account else. $1 plan.
INSERT INTO declined (district_id, node, kind, field, waits, by)
SELECT DISTINCT ON (node, kind, field) tenant(), node, kind, field, waits, by FROM (
    SELECT split_part(w, '=', 1) AS node, 'presence' AS kind, '' AS field,
        split_part(w, '=', 2) AS waits, coalesce(i.decided_by, '') AS by
    FROM plan_item i, string_to_table(i.waits, ';') w
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'declined'
        AND i.outcome IS NULL
      AND i.kind IN ('create', 'link', 'restore') AND i.cause <> 're-keyed'
    UNION ALL -- two people, as it turns out: each goes on as any other
    SELECT split_part(w, '=', 1), 'apart', i.new_value, split_part(w, '=', 2),
        coalesce(i.decided_by, '')
    FROM plan_item i, string_to_table(i.waits, ';') w
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'declined'
        AND i.outcome IS NULL AND i.kind = 'link' AND i.cause = 're-keyed'
    UNION ALL
    SELECT coalesce('a:' || l.account_id, i.subject),
           CASE WHEN i.kind IN ('update', 'rename') THEN 'field' ELSE i.kind END,
           CASE WHEN i.kind = 'rename' AND i.field = 'class' THEN 'class:' || i.new_value
               ELSE i.field END, i.waits, coalesce(i.decided_by, '')
    FROM plan_item i
    LEFT JOIN account_link l ON l.district_id = tenant()
        AND i.subject = 'r:' || l.source_id || ':' || l.sourced_id
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'declined'
        AND i.outcome IS NULL
      AND i.kind IN ('update', 'archive', 'join', 'end', 'rename')) m
WHERE node IS NOT NULL
ORDER BY node, kind, field
ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by,
    at = now(), act_id = NULL
