-- The changes that an undo is about, in words, newest first: from what is now to what was. $1 run or NULL, $2 act or NULL, $3 entry or NULL, $4 limit.
SELECT h.history_id,
       CASE h.kind WHEN 'update' THEN 'set back ' || h.field || ' of account ' || h.account_id
                   WHEN 'archive' THEN 'restore account ' || h.account_id
                   WHEN 'join' THEN 'end ' || w.what || ' for account ' || h.account_id
                   WHEN 'end' THEN 'join account ' || h.account_id || ' to ' || w.what || ' again'
                   WHEN 'link' THEN 'unlink record ' || substr(h.node, 40) || ' from account ' || h.account_id
                   WHEN 'move' THEN 'move record ' || substr(h.node, 40) || ' back to account ' || substr(h.old_value, 3)
                   WHEN 'rename' THEN CASE h.field WHEN 'class' THEN 'let list ' ELSE 'call list ' END || substr(h.node, 3)
                       || CASE h.field WHEN 'class' THEN ' follow class ' || h.old_value || ' again' ELSE ' as before' END
                   WHEN 'merge' THEN 'take account ' || h.account_id || ' apart from ' || substr(h.new_value, 3)
                   ELSE 'archive account ' || h.account_id END,
       CASE WHEN e.stands THEN 'is taken back' WHEN h.kind = 'rename' AND h.field = 'class' THEN 'stays: the class is there under its new id' ELSE 'stays: moved later by ' || e.moved_by END,
       h.kind, h.account_id, h.field, h.new_value, h.old_value
FROM undo_entries($1::uuid, $2::uuid, $3::bigint, NULL) e JOIN history h ON h.district_id = tenant() AND h.history_id = e.history_id,
     LATERAL (SELECT CASE WHEN h.field LIKE 'class:%' THEN regexp_replace(h.field, '^class:[^:]*:(.*):([^:]*)$', 'class \1 as \2')
                          ELSE regexp_replace(h.field, '^guardian:[^:]*:(.*)$', 'guardian \1') END AS what) w
ORDER BY h.history_id DESC LIMIT $4::bigint
