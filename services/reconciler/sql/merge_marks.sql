-- What was declined of the other is declined of the one that stays, of either side of a
-- guardianship, and of a pair of a re-keying: a record that was told apart from the one is apart
-- from the other. $1 act.
INSERT INTO declined (district_id, node, kind, field, waits, by, act_id)
SELECT DISTINCT ON (m.node, d.kind, m.field) tenant(), m.node, d.kind, m.field, d.waits, d.by,
    $1::uuid
FROM declined d
LEFT JOIN act_pair n ON d.node = 'a:' || n.goes
LEFT JOIN act_pair f ON d.field = 'guardian:a:' || f.goes
LEFT JOIN act_pair p ON d.kind = 'apart' AND d.field = 'a:' || p.goes
CROSS JOIN LATERAL (SELECT coalesce('a:' || n.stays, d.node) AS node,
    coalesce('guardian:a:' || f.stays, 'a:' || p.stays, d.field) AS field) m
WHERE d.district_id = tenant()
  AND (n.goes IS NOT NULL OR f.goes IS NOT NULL OR p.goes IS NOT NULL)
ORDER BY m.node, d.kind, m.field, d.at DESC
ON CONFLICT DO NOTHING
