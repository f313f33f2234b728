-- P5: a source's first sync is over with its first approval. $1 plan. An item without a basis rests
-- on its subject. Where that sync makes people beside those who were there, these stay apart from
-- its records for good, until a person merges them.
WITH over AS (
    UPDATE source s SET first_sync = false
    WHERE s.district_id = tenant() AND s.first_sync AND EXISTS (
        SELECT FROM decided_item i
        WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'approved'
            AND i.outcome IS NULL
            AND (i.subject LIKE 'r:' || s.source_id || ':%' OR EXISTS (
                SELECT FROM unnest(i.basis) b WHERE b LIKE 'r:' || s.source_id || ':%')))
    RETURNING s.source_id)
UPDATE account a SET beside = true
WHERE a.district_id = tenant() AND EXISTS (SELECT FROM over) AND EXISTS (
        SELECT FROM setting t WHERE t.district_id = tenant() AND t.scope = ''
            AND t.name = 'first-sync' AND t.value = '"create-beside"')
    AND a.created_run IS NULL AND NOT a.beside
    AND NOT EXISTS (SELECT FROM hand_person h WHERE h.district_id = tenant()
        AND h.account_id = a.account_id)
    AND NOT EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant()
        AND l.account_id = a.account_id)
