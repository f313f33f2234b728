SET search_path = rollcall, pg_temp;

ALTER TABLE batch_ledger ADD COLUMN seen_list bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE batch_ledger NO FORCE ROW LEVEL SECURITY;
UPDATE batch_ledger SET seen_list = ARRAY(SELECT n FROM unnest(seen_rows) AS r (span), generate_series(lower(r.span), upper(r.span) - 1) n)
WHERE seen_rows <> '{}';
ALTER TABLE batch_ledger FORCE ROW LEVEL SECURITY;
ALTER TABLE batch_ledger DROP COLUMN seen, DROP COLUMN seen_rows;
ALTER TABLE batch_ledger RENAME COLUMN seen_list TO seen;

RESET search_path;
