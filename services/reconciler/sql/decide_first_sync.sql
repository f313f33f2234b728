-- P5: a source's first sync is over with its first approval. $1 plan. An item without a basis rests
-- on its subject.
UPDATE source s SET first_sync = false
WHERE s.district_id = tenant() AND s.first_sync AND EXISTS (
    SELECT FROM decided_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'approved'
        AND i.outcome IS NULL
        AND (i.subject LIKE 'r:' || s.source_id || ':%' OR EXISTS (
            SELECT FROM unnest(i.basis) b WHERE b LIKE 'r:' || s.source_id || ':%')))
