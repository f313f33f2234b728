-- Links that were sent lead nowhere: a digest gives no token back.
SET search_path = rollcall;

DROP TABLE mail_link;
ALTER TABLE mail ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX mail_token ON mail (token);

RESET search_path;
