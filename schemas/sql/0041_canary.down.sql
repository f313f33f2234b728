SET search_path = rollcall;

DROP FUNCTION canary_schools();

RESET search_path;
