-- As stage_near, of ids that it did not meet: where the page is in another order it had to be cut
-- short, and a database that does not order text byte by byte finds other ids between two. $1 source,
-- $2 collection, $3 ids.
SELECT m.row_no, m.sourced_id, encode(m.hash, 'hex'), encode(timestamptz_send(m.modified), 'hex')
FROM unnest($3::text[]) AS i (id) CROSS JOIN LATERAL (
    SELECT * FROM mirror_record m
    WHERE m.district_id = tenant() AND m.source_id = $1::uuid AND m.collection = $2
      AND m.sourced_id = i.id OFFSET 0) m
WHERE m.present AND NOT m.unread AND m.absent_run IS NULL AND NOT m.marked_deleted
  AND m.hash IS NOT NULL
  AND m.hash_version = (SELECT k.hash_version FROM district_key k WHERE k.district_id = tenant())
