-- Acts by hand that were approved and are not done, and those that are to be taken back. $1 at most so many, $2 after this one.
SELECT district_id, act_id FROM (
    SELECT district_id, act_id FROM act WHERE state = 'approved'
    UNION SELECT district_id, act_id FROM undo WHERE done_at IS NULL AND act_id IS NOT NULL) x
WHERE act_id > $2::uuid
ORDER BY act_id LIMIT $1::int
