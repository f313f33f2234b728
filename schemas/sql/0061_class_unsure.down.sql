-- What could be one of several is seen no more.
SET search_path = rollcall;
DROP TABLE class_unsure;
RESET search_path;
