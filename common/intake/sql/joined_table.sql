-- Rows that wait for the record that they belong to, while an upload comes in.
CREATE TEMPORARY TABLE upload_joined (file int NOT NULL, line bigint NOT NULL, owner text NOT NULL, row text NOT NULL) ON COMMIT DROP
