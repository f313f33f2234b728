SELECT f.collection, f.file, f.mode, f.records,
       (SELECT count(*) FROM upload_chunk c WHERE c.district_id = f.district_id AND c.upload_id = f.upload_id AND c.collection = f.collection),
       f.reason
FROM upload_file f WHERE f.district_id = tenant() AND f.upload_id = $1::uuid ORDER BY f.collection
