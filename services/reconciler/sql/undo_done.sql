-- $1 entries, $2 by whom.
UPDATE history SET undone_at = now(), undone_by = $2 WHERE district_id = tenant()
    AND history_id = ANY ($1::bigint[])
