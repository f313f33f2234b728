-- What was picked up last.
SELECT f.name, f.bytes, to_timestamp(f.mtime), f.outcome, f.upload_id, f.archived_as, f.taken_at, f.words, f.digest
FROM pickup_file f WHERE f.district_id = tenant() AND f.source_id = $1::uuid ORDER BY f.taken_at DESC, f.mtime DESC LIMIT 20
