-- Newest first. $1 limit.
SELECT a.act_id, a.kind, CASE WHEN EXISTS (SELECT FROM undo u WHERE u.district_id = tenant() AND u.act_id = a.act_id AND u.done_at IS NOT NULL)
           THEN 'undone' ELSE a.state END,
       (SELECT count(*) FROM act_item i WHERE i.district_id = tenant() AND i.act_id = a.act_id),
       a.applied, a.overtaken, a.reason, a.made_by, a.made_at, a.decided_by, a.hash, a.why
FROM act a WHERE a.district_id = tenant() ORDER BY a.act_id DESC LIMIT $1::bigint
