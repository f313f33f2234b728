-- Not while a run reads it.
UPDATE upload u SET discarded_at = now(), discarded_by = $2
WHERE u.district_id = tenant() AND u.upload_id = $1::uuid AND u.discarded_at IS NULL
  AND NOT EXISTS (SELECT FROM run r WHERE r.district_id = u.district_id AND r.upload_id = u.upload_id AND r.phase IN ('fetching', 'ready')
      AND r.finished_at IS NULL)
