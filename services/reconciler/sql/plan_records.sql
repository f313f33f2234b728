-- The users records to decide, person by person. $1 today. Record by record: whatever PostgreSQL
-- thinks of the mirror, it reads none of it but theirs.
SELECT p.person, p.row_no, p.version, m.source_id, m.sourced_id, m.present, m.unread, m.gone,
    m.sights, m.returns, m.body, nullif(m.field_versions, '{}'), s.authority, s.first_sync,
    s.removed_at IS NULL, l.account_id, x.node IS NOT NULL, x.until, k.marks,
    m.body ->> (s.quirks ->> 'person'), s.quirks ->> 'primary_parent' = 'first-agent',
    m.absent_on, w.answers, b.born, o.complete
FROM plan_record p
CROSS JOIN LATERAL (
    SELECT * FROM mirror_record m
    WHERE m.district_id = tenant() AND m.row_no = p.row_no OFFSET 0) m
JOIN source s ON s.district_id = tenant() AND s.source_id = m.source_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.demographics THEN (
        SELECT b.body->>'birthDate' FROM mirror_record b
        WHERE b.district_id = tenant() AND b.source_id = m.source_id
            AND b.collection = 'demographics' AND b.sourced_id = m.sourced_id) END AS born) b
LEFT JOIN LATERAL (
    SELECT l.account_id FROM account_link l
    WHERE l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id
    OFFSET 0) l ON true
LEFT JOIN (
    SELECT node, until FROM exclusion
    WHERE district_id = tenant() AND coalesce(until > $1::date, true)) x
    ON x.node = 'r:' || m.source_id || ':' || m.sourced_id
LEFT JOIN (
    SELECT node, jsonb_agg(jsonb_build_array(kind, field, waits)) AS marks FROM declined
    WHERE district_id = tenant() AND node LIKE 'r:%' GROUP BY node) k
    ON k.node = 'r:' || m.source_id || ':' || m.sourced_id
LEFT JOIN (
    SELECT q.source_id, q.sourced_id, jsonb_agg(jsonb_build_array(y.stays, q.accepted,
        q.basis::text) ORDER BY y.stays <> q.account_id, q.account_id) AS answers
    FROM match_answer q
    LEFT JOIN account a ON a.district_id = tenant() AND a.account_id = q.account_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN a.merged_into IS NULL THEN q.account_id
            ELSE account_stays(q.account_id) END AS stays OFFSET 0) y
    WHERE q.district_id = tenant() GROUP BY q.source_id, q.sourced_id) w
    ON w.source_id = m.source_id AND w.sourced_id = m.sourced_id
LEFT JOIN disabled_record o ON o.district_id = tenant() AND o.source_id = m.source_id
    AND o.sourced_id = m.sourced_id
ORDER BY p.person, p.row_no
