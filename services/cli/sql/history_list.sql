SELECT h.history_id, h.at, h.kind, h.account_id, h.field, h.cause, h.role, h.school, h.node, h.approved, h.undone_at, h.undone_by,
       h.old_value, h.new_value
FROM history h WHERE h.district_id = tenant() AND h.run_id = $1::uuid ORDER BY h.history_id LIMIT $2::bigint
