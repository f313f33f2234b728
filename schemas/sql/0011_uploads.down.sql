-- Uploads go, with all their pages.
SET search_path = rollcall;

DROP TRIGGER upload_was_mirrored ON run;
DROP TRIGGER run_took_upload ON run;
DROP TRIGGER run_takes_upload ON run;
DROP TRIGGER run_collection_of_upload ON run_collection;
DROP FUNCTION upload_was_mirrored(), run_collection_of_upload(), run_took_upload(), run_takes_upload(), is_csv_source(uuid),
    upload_doubt(uuid, text), upload_next(uuid), uploads_over(timestamptz);
REVOKE SELECT (district_id, source_id, collection, sourced_id, body) ON mirror_record FROM rollcall_fetcher;
ALTER TABLE run_collection DROP COLUMN mode;
ALTER TABLE run DROP COLUMN upload_id;
ALTER TABLE source DROP CONSTRAINT source_csv_check;
DROP TABLE upload_chunk, upload_file, upload;

RESET search_path;
