SET search_path = rollcall;

DROP FUNCTION undo_entries(uuid, uuid, bigint, text), undo_version(history), undo_meant(history, uuid, uuid, bigint, text), undo_thing(history);
ALTER TABLE undo DROP COLUMN leaves, DROP COLUMN up_to, DROP COLUMN hash;
DROP TABLE hand_person;
ALTER TABLE account DROP COLUMN beside;

RESET search_path;
