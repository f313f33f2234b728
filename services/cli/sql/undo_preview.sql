-- What an undo would do: counts by kind and field, in words. $1 run or NULL, $2 act or NULL, $3 entry or NULL.
SELECT h.kind, CASE WHEN h.kind = 'update' THEN h.field WHEN h.field LIKE 'class:%' THEN 'list' WHEN h.field LIKE 'guardian:%' THEN 'guardian' ELSE '' END,
       count(*) FILTER (WHERE e.stands), count(*) FILTER (WHERE NOT e.stands)
FROM undo_entries($1::uuid, $2::uuid, $3::bigint, NULL) e JOIN history h ON h.district_id = tenant() AND h.history_id = e.history_id
GROUP BY 1, 2 ORDER BY 1, 2
