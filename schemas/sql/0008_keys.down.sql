SET search_path = rollcall;

-- Only a program with the master key can open what is wrapped and sealed; dropping the keys would lose it. The owner looks into all
-- districts for it.
ALTER TABLE district_data_key NO FORCE ROW LEVEL SECURITY;
ALTER TABLE district_key NO FORCE ROW LEVEL SECURITY;
DO $$
BEGIN
    IF EXISTS (SELECT FROM district_data_key) OR EXISTS (SELECT FROM district_key WHERE hash_wrapped IS NOT NULL) THEN
        RAISE EXCEPTION 'districts have wrapped keys: going back would make what they seal unreadable for ever';
    END IF;
END $$;
ALTER TABLE district_key FORCE ROW LEVEL SECURITY;

REVOKE SELECT, UPDATE (hash_key, hash_wrapped) ON district_key FROM rollcall_cli;
DROP FUNCTION data_key_first(uuid, bytea);
DROP TABLE district_data_key;
DROP TABLE key_master;
ALTER TABLE source_credential DROP COLUMN key_id;
ALTER TABLE district_key DROP CONSTRAINT hash_key_once;
ALTER TABLE district_key DROP COLUMN hash_wrapped;
ALTER TABLE district_key ALTER COLUMN hash_key SET NOT NULL;

RESET search_path;
