-- The accounts stay; by which ids the application knows them is forgotten.
SET search_path = rollcall;

DROP FUNCTION import_guardianships(jsonb), import_accounts(jsonb, text), import_again(jsonb, imported_account, text, date),
    import_new(jsonb, text, date), import_roles(uuid, jsonb, date);
DROP FUNCTION no_source();
DROP TABLE imported_account;

RESET search_path;
