SET search_path = rollcall;

DROP TABLE disabled_record;

RESET search_path;
