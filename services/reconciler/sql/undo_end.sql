UPDATE undo SET done_at = now(), undone = $2::int, left_alone = $3::int + cardinality(leaves)
WHERE district_id = tenant() AND undo_id = $1::uuid
