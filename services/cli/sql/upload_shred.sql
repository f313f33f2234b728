-- Pages that another upload brought as well stay for that one.
WITH page AS (DELETE FROM upload_chunk WHERE district_id = tenant() AND upload_id = $1::uuid RETURNING body_id)
DELETE FROM upload_body b WHERE b.district_id = tenant() AND b.body_id IN (SELECT body_id FROM page)
  AND NOT EXISTS (SELECT FROM upload_chunk c WHERE c.district_id = tenant() AND c.body_id = b.body_id AND c.upload_id <> $1::uuid)
