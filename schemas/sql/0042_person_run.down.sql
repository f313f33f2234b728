SET search_path = rollcall;

DROP FUNCTION person_run(uuid, text[], text);
REVOKE SELECT ON verify_person FROM rollcall_cli;
ALTER TABLE run DROP COLUMN people;

RESET search_path;
