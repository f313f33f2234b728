-- That a pair which was proposed as re-keyed is two people: a mark on the record, whose field is the node of the account that it is not.

SET search_path = rollcall;

DO $$
DECLARE said text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'declined'::regclass AND conname = 'declined_kind_check');
BEGIN
    ALTER TABLE declined DROP CONSTRAINT declined_kind_check;
    EXECUTE 'ALTER TABLE declined ADD CONSTRAINT declined_kind_check ' || replace(said, 'ARRAY[', 'ARRAY[''apart''::text, ');
END $$;

RESET search_path;
