-- A run takes an upload under its source's row (R0): what is decided about the upload waits there. $1 upload.
SELECT s.source_id FROM source s JOIN upload u USING (district_id, source_id)
WHERE u.district_id = tenant() AND u.upload_id = $1::uuid
FOR NO KEY UPDATE OF s
