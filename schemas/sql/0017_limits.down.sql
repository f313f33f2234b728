-- A credential that was being replaced keeps its new value.
SET search_path = rollcall;

DROP FUNCTION credential_settle(uuid, timestamptz), lane_later(uuid, bigint, bigint, text), quiet_end(time, time, text, timestamptz);
ALTER TABLE source_credential DROP COLUMN old_set_at, DROP COLUMN old_key_id, DROP COLUMN old_value;
ALTER TABLE source DROP CONSTRAINT source_quiet_check;
ALTER TABLE source DROP COLUMN quiet_until, DROP COLUMN quiet_from, DROP COLUMN host_concurrent, DROP COLUMN host_window_s, DROP COLUMN host_requests;

RESET search_path;
