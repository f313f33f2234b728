-- P5: a source's first sync is over with its first approval. $1 plan.
UPDATE source s SET first_sync = false
WHERE s.district_id = tenant() AND s.first_sync AND s.source_id IN (
    SELECT split_part(b, ':', 2)::uuid FROM plan_item i, unnest(i.basis) b
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'approved'
        AND i.outcome IS NULL)
