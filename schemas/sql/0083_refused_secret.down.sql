SET search_path = rollcall;

DROP FUNCTION credential_refused(uuid, timestamptz);
ALTER TABLE source_credential DROP COLUMN refused_at;

RESET search_path;
