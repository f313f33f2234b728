-- A link is part of the version of the record (P1).
UPDATE mirror_record m SET version = version + 1
FROM plan_go g, unnest(g.basis) b
WHERE g.kind IN ('create', 'link') AND m.district_id = tenant() AND m.collection = 'users'
  AND m.source_id = split_part(b, ':', 2)::uuid AND m.sourced_id = substr(b, 40)
