-- Whom a merge leaves behind has no name of its own any more, and who asks for them finds the one that stays; a pin goes with the person.

SET search_path = rollcall;

ALTER TABLE pin ADD COLUMN act_id uuid;         -- the merge that brought it from the account that went
GRANT INSERT, DELETE ON pin TO rollcall_reconciler;

-- Functions as they stand, with one text in them read as another.
DO $$
DECLARE f record; said text;
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('application_make(uuid, jsonb)', 'WHERE a.district_id = tenant() AND (lower(a.username)',
         'WHERE a.district_id = tenant() AND a.merged_into IS NULL AND (lower(a.username)'),
        ('import_accounts(jsonb, text)', 'WHERE a.district_id = tenant() AND a.username <> ''''',
         'WHERE a.district_id = tenant() AND a.merged_into IS NULL AND a.username <> '''''),
        ('import_accounts(jsonb, text)', 'lower(x.value ->> ''id'')) LIMIT 1',
         'lower(x.value ->> ''id'')) AND o IS DISTINCT FROM account_stays(i.account_id)::text LIMIT 1'),
        ('import_again(jsonb, imported_account, text, date)', 'x.account_id = p_was.account_id FOR',
         'x.account_id = account_stays(p_was.account_id) FOR'),
        ('import_guardianships(jsonb)', 'THEN m.account_id ELSE o.account_id END', 'THEN account_stays(m.account_id) ELSE account_stays(o.account_id) END'),
        ('import_guardianships(jsonb)', 'THEN o.account_id ELSE m.account_id END', 'THEN account_stays(o.account_id) ELSE account_stays(m.account_id) END')
    ) AS v(name, was, becomes) LOOP
        said := pg_get_functiondef(f.name::regprocedure);
        ASSERT strpos(said, f.was) > 0, f.name;
        EXECUTE replace(said, f.was, f.becomes);
    END LOOP;
END $$;

RESET search_path;
