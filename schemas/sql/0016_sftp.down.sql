-- Nothing is picked up by SFTP any more; what it brought stays.
SET search_path = rollcall;

REVOKE UPDATE (findings) ON upload FROM rollcall_fetcher;
REVOKE INSERT ON upload, upload_file, upload_chunk FROM rollcall_fetcher;
DROP FUNCTION pickup_run(uuid), pickup_end(uuid, bigint, text, text, int, interval), pickup_take(uuid, interval), pickup_emit(uuid), pickup_lock(uuid),
    pickups_due(int), source_alert(uuid, text, text);
DROP TABLE pickup_file, source_pickup;
ALTER TABLE alert DROP COLUMN source_id;
ALTER TABLE source_credential NO FORCE ROW LEVEL SECURITY; -- the owner clears every district's
ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;
DELETE FROM source_credential WHERE name LIKE 'sftp\_%';
DELETE FROM outbox WHERE topic = 'pickup.requested'; -- of a topic that nobody knows then
ALTER TABLE source_credential FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE source_credential DROP CONSTRAINT source_credential_name_check,
    ADD CONSTRAINT source_credential_name_check CHECK (name IN ('client_id', 'client_secret'));

RESET search_path;
