SET search_path = rollcall;

DROP FUNCTION people_leaving();
DROP FUNCTION archives_disabled(uuid, uuid);

RESET search_path;
