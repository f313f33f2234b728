-- Sources of the kind clever cannot stay: they are marked removed and become addresses of nothing.
SET search_path = rollcall;

DROP TRIGGER clever_was_mirrored ON run;
DROP FUNCTION clever_events_due(clever_source), clever_was_mirrored(), clever_say_schools(uuid), clever_trouble(uuid, text, boolean), clever_missing(uuid),
    clever_waits(uuid), clever_begin(uuid, text, timestamptz, text, boolean), clever_say_state(uuid, clever_source), clever_last_sync(clever_source);
DROP TABLE clever_lane, clever_run, clever_source;
ALTER TABLE source DROP CONSTRAINT source_clever_check;
ALTER TABLE source NO FORCE ROW LEVEL SECURITY; -- the owner mends every district's rows
UPDATE source SET removed_at = coalesce(removed_at, now()), automatic = false, kind = 'oneroster-rest', version = '1.1', auth = 'oauth2'
WHERE kind = 'clever';
ALTER TABLE source FORCE ROW LEVEL SECURITY;
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT k.conname, pg_get_constraintdef(k.oid) AS def FROM pg_constraint k
             WHERE k.conrelid = 'source'::regclass AND k.conname IN ('source_kind_check', 'source_version_check', 'source_auth_check') LOOP
        EXECUTE format('ALTER TABLE source DROP CONSTRAINT %I', c.conname);
        EXECUTE format('ALTER TABLE source ADD CONSTRAINT %I CHECK (%s)', c.conname,
            regexp_replace(c.def, '^CHECK \((.*) OR \(kind = ''clever''::text\)\)\)$', '\1)'));
    END LOOP;
END $$;

RESET search_path;
