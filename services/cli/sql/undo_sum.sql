-- All of what an undo would do, as one hash; how many changes it takes back and leaves, the last of them, and those that it leaves. $1 run or NULL, $2 act
-- or NULL, $3 entry or NULL.
SELECT encode(sha256(convert_to(coalesce(string_agg(e.history_id || ':' || e.stands || ':' || e.expected, ';' ORDER BY e.history_id), ''), 'UTF8')), 'hex'),
       count(*) FILTER (WHERE e.stands), count(*) FILTER (WHERE NOT e.stands), max(e.history_id),
       coalesce(array_agg(e.history_id) FILTER (WHERE NOT e.stands), '{}')::text
FROM undo_entries($1::uuid, $2::uuid, $3::bigint, NULL) e
