-- What was found is active or marked deleted, as its staged page says; a page that never arrived
-- answers nothing.
WITH came AS (
    SELECT s.sourced_id, s.deleted FROM stage_record s
    JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
    WHERE s.run_id = $1::uuid AND p.collection = 'verify'
    UNION ALL
    SELECT m.sourced_id, false FROM w_page p
    JOIN batch_ledger b ON b.run_id = $1::uuid AND b.page_id = p.page_id
        AND b.normalizer_version = p.normalizer_version
    CROSS JOIN unnest(b.seen) AS u (row_no)
    JOIN mirror_record m ON m.row_no = u.row_no
    WHERE p.collection = 'verify'
)
UPDATE verify_person v SET answer = CASE WHEN v.control THEN 'active' ELSE (
    SELECT CASE WHEN bool_or(NOT c.deleted) THEN 'active' WHEN count(*) > 0 THEN 'deleted' END
    FROM came c WHERE c.sourced_id = v.sourced_id) END
WHERE v.run_id = $1::uuid AND v.answer = 'found'
