-- What follows from an archive goes its own way again.
SET search_path = rollcall;

DROP FUNCTION plan_followers(uuid);

RESET search_path;
