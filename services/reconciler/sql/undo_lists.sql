-- S2: the lists whose members or names were given back, told once of each, since no statement told
-- of them. $1 entries.
WITH back AS (
    SELECT h.kind, h.account_id, h.node, h.field FROM history h
    WHERE h.district_id = tenant() AND h.history_id = ANY ($1::bigint[])),
named AS MATERIALIZED (
    SELECT b.account_id, substr(b.field, 7, 36)::uuid AS source_id,
        regexp_replace(substr(b.field, 44), ':[^:]*$', '') AS class_id,
        substring(b.field FROM '[^:]*$') AS role
    FROM back b WHERE b.kind IN ('join', 'end') AND b.field LIKE 'class:%'),
found AS (
    SELECT u.list_id, n.account_id, n.role FROM named n
    JOIN user_list u ON u.district_id = tenant() AND u.source_id = n.source_id
        AND u.class_id = n.class_id
    UNION
    SELECT l.list_id, n.account_id, n.role FROM named n
    JOIN list_class_before l ON l.district_id = tenant() AND l.source_id = n.source_id
        AND l.class_id = n.class_id),
told AS (
    SELECT f.list_id, 'members' AS kind, '{}'::text[] AS fields FROM found f
    JOIN membership m ON m.district_id = tenant() AND m.list_id = f.list_id
        AND m.account_id = f.account_id AND m.role = f.role
    UNION
    SELECT substr(b.node, 3)::uuid, 'update', '{title}' FROM back b WHERE b.kind = 'rename')
INSERT INTO outbox (district_id, topic, key, data)
SELECT tenant(), 'list.changed', t.list_id::text, list_event(tenant(), t.list_id, t.kind, t.fields)
FROM told t ORDER BY t.list_id, t.kind
