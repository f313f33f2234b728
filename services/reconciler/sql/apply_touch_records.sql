-- A link is part of the version of the record (P1).
UPDATE mirror_record m SET version = version + 1
FROM plan_basis b
WHERE m.district_id = tenant() AND m.collection = 'users' AND m.source_id = b.source_id
    AND m.sourced_id = b.sourced_id
