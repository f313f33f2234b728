-- What an undo is about, newest first: one entry of the history, or a whole run's or act's; with the
-- version that each must meet. What was shown to stay, or came after it was shown, is not among it.
SELECT h.history_id, h.kind, h.account_id::text, h.node, h.field, h.old_value, h.new_value, h.waits,
    e.expected
FROM undo u CROSS JOIN LATERAL undo_entries(u.run_id, u.act_id, u.history_id, u.pair) e
JOIN history h ON h.district_id = u.district_id AND h.history_id = e.history_id
WHERE u.district_id = tenant() AND u.undo_id = $1::uuid
    AND h.history_id <= coalesce(u.up_to, h.history_id) AND NOT h.history_id = ANY (u.leaves)
ORDER BY h.history_id DESC
