SET search_path = rollcall;
ALTER TABLE webhook_delivery DROP COLUMN detail;
ALTER TABLE webhook DROP COLUMN ca_file;
RESET search_path;
