SET search_path = rollcall;
DROP TRIGGER pin_touches ON pin;
DROP TRIGGER exclusion_touches ON exclusion;
DROP FUNCTION pin_touches(), exclusion_touches(), node_touch(text);
ALTER TABLE pin DROP COLUMN set_at;
ALTER TABLE exclusion DROP COLUMN set_at;
RESET search_path;
