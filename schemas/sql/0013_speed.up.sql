-- What a night without changes costs follows from what changed, not from the size of the district.
SET search_path = rollcall, pg_temp;

-- The rows that came unchanged as ranges of their numbers: pages follow the mirror's order, so a page is one range and a few holes where an
-- array had a number a record. What did not come lies in the holes.
ALTER TABLE batch_ledger RENAME COLUMN seen TO seen_list;
ALTER TABLE batch_ledger
    ADD COLUMN seen int NOT NULL DEFAULT 0,     -- how many came with the hash and date that the mirror has
    ADD COLUMN seen_rows int8multirange NOT NULL DEFAULT '{}'; -- which of its rows these are
ALTER TABLE batch_ledger NO FORCE ROW LEVEL SECURITY; -- the owner fills in every district's
UPDATE batch_ledger SET seen = cardinality(seen_list),
    seen_rows = coalesce((SELECT range_agg(int8range(n, n + 1)) FROM unnest(seen_list) n), '{}')
WHERE seen_list <> '{}';
ALTER TABLE batch_ledger FORCE ROW LEVEL SECURITY;
ALTER TABLE batch_ledger DROP COLUMN seen_list;

RESET search_path;
