-- As before; pins that a merge brought stay.
SET search_path = rollcall;

DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('application_make(uuid, jsonb)', ' AND a.merged_into IS NULL', ''),
        ('import_accounts(jsonb, text)', ' AND a.merged_into IS NULL', ''),
        ('import_accounts(jsonb, text)', ' AND o IS DISTINCT FROM account_stays(i.account_id)::text', ''),
        ('import_again(jsonb, imported_account, text, date)', 'account_stays(p_was.account_id)', 'p_was.account_id'),
        ('import_guardianships(jsonb)', 'account_stays(m.account_id)', 'm.account_id'),
        ('import_guardianships(jsonb)', 'account_stays(o.account_id)', 'o.account_id')
    ) AS v(name, was, becomes) LOOP
        EXECUTE replace(pg_get_functiondef(f.name::regprocedure), f.was, f.becomes);
    END LOOP;
END $$;
REVOKE INSERT, DELETE ON pin FROM rollcall_reconciler;
ALTER TABLE pin DROP COLUMN act_id;

RESET search_path;
