-- What an undo is about, newest first: one entry of the history, or a whole run's or act's.
SELECT h.history_id, h.kind, h.account_id::text, h.node, h.field, h.old_value, h.new_value, h.waits,
    h.version_after
FROM undo u JOIN history h ON h.district_id = u.district_id
    AND (h.run_id = u.run_id OR h.act_id = u.act_id)
    AND (u.history_id IS NULL OR h.history_id = u.history_id)
    AND (u.pair IS NULL OR h.evidence = u.pair)
WHERE u.district_id = tenant() AND u.undo_id = $1::uuid AND h.undone_at IS NULL
ORDER BY h.history_id DESC
