-- Who refers to what moved is a candidate once more (C6): the version moves, once.
UPDATE mirror_record m SET version = m.version + 1
FROM (SELECT DISTINCT t.sourced_id FROM w_touched t
      WHERE NOT EXISTS (SELECT FROM w_moved w WHERE w.collection = 'users'
          AND w.sourced_id = t.sourced_id)) x
WHERE m.source_id = $1::uuid AND m.collection = 'users' AND m.sourced_id = x.sourced_id
