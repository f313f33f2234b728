SET search_path = rollcall;

DO $$
DECLARE said text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'declined'::regclass AND conname = 'declined_kind_check');
BEGIN
    ALTER TABLE declined NO FORCE ROW LEVEL SECURITY;
    DELETE FROM declined WHERE kind = 'apart';
    ALTER TABLE declined FORCE ROW LEVEL SECURITY;
    ALTER TABLE declined DROP CONSTRAINT declined_kind_check;
    EXECUTE 'ALTER TABLE declined ADD CONSTRAINT declined_kind_check ' || replace(said, '''apart''::text, ', '');
END $$;

RESET search_path;
