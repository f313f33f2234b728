-- P8: a hand that archives has declined that a sync restores, until the person has gone and come
-- back; one that restores, the archive that the records' absence asks for; one that ends a
-- guardianship, that it is joined again. What was declined alike before is not this act's: it
-- stays when the act is taken back. $1 act, $2 who.
WITH links AS (
    SELECT g.kind, g.account_id, 'r:' || l.source_id || ':' || l.sourced_id AS node, m.returns,
        CASE WHEN m.gone > 0 THEN 'gone:' || m.sights WHEN s.removed_at IS NOT NULL
            THEN 'unshared' END AS gone
    FROM plan_go g
    JOIN account_link l ON l.district_id = tenant() AND l.account_id = g.account_id
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id
        AND m.collection = 'users' AND m.sourced_id = l.sourced_id
    JOIN source s ON s.district_id = tenant() AND s.source_id = l.source_id
    WHERE g.kind IN ('archive', 'restore')),
rested AS (
    SELECT DISTINCT ON (h.account_id) h.account_id, h.evidence FROM plan_go g
    JOIN history h ON h.district_id = tenant() AND h.account_id = g.account_id
    WHERE g.kind = 'restore' AND h.kind = 'archive' AND h.run_id IS NOT NULL
    ORDER BY h.account_id, h.history_id DESC),
marks AS (
    SELECT node, 'presence' AS kind, '' AS field, returns::text AS waits FROM links
    WHERE kind = 'archive'
    UNION ALL
    SELECT 'a:' || e.account_id, 'archive', '', string_agg(DISTINCT e.evidence, ';') FROM (
        SELECT account_id, string_to_table(evidence, ';') AS evidence FROM rested
        UNION SELECT account_id, node || '=' || gone FROM links WHERE kind = 'restore') e
    WHERE e.evidence <> '' GROUP BY e.account_id
    UNION ALL
    SELECT 'a:' || g.account_id, 'join', g.field, string_agg(
        'r:' || l.source_id || ':' || l.sourced_id || '=' || m.returns, ';'
        ORDER BY l.source_id, l.sourced_id)
    FROM plan_go g
    JOIN account_link l ON l.district_id = tenant()
        AND l.account_id = substr(g.field, 12)::uuid
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id
        AND m.collection = 'users' AND m.sourced_id = l.sourced_id
    WHERE g.kind = 'end' GROUP BY g.account_id, g.field),
touched AS (
    UPDATE mirror_record m SET version = m.version + 1 FROM links k
    WHERE k.kind = 'archive' AND m.district_id = tenant() AND m.collection = 'users'
        AND m.source_id = split_part(k.node, ':', 2)::uuid AND m.sourced_id = substr(k.node, 40))
INSERT INTO declined (district_id, node, kind, field, waits, by, act_id)
SELECT tenant(), node, kind, field, waits, $2, $1::uuid FROM marks
ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by,
    at = now(), act_id = excluded.act_id
WHERE declined.waits <> excluded.waits
