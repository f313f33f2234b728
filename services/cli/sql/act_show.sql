-- $1 act.
SELECT a.act_id, a.kind, CASE WHEN u.act_id IS NULL THEN a.state ELSE 'undone' END, a.hash, a.reason, a.made_by, a.made_at, a.decided_by,
       a.decided_at, a.done_at, n.items, a.applied, a.overtaken, u.undone, u.left_alone, a.why
FROM act a
LEFT JOIN LATERAL (SELECT u.act_id, u.undone, u.left_alone FROM undo u WHERE u.district_id = tenant() AND u.act_id = a.act_id AND u.done_at IS NOT NULL
                   ORDER BY u.done_at LIMIT 1) u ON true,
LATERAL (SELECT count(*) AS items FROM act_item i WHERE i.district_id = tenant() AND i.act_id = a.act_id) n
WHERE a.district_id = tenant() AND a.act_id = $1::uuid
