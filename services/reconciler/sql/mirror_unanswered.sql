-- Who was asked for and not answered for is no absence of this snapshot: it neither begins,
-- completes nor ends a countdown (C4).
DELETE FROM w_missing w USING mirror_record m, verify_person v
WHERE m.row_no = w.row_no AND m.collection = 'users' AND NOT w.marked
  AND v.run_id = $1::uuid AND v.sourced_id = m.sourced_id AND v.answer IS NULL
