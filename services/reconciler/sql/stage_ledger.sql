-- The part's row of the ledger (C1). $10: the mirror's rows that came unchanged, as ranges of their
-- numbers: rows of a page lie side by side, so a page is one range and a few holes. No row: the part
-- was staged before.
INSERT INTO batch_ledger (district_id, run_id, page_id, normalizer_version, part, parts, collection,
    pass, partition, kafka_offset, seen_rows, seen, staged, dropped)
VALUES (tenant(), $1::uuid, $2, $3, $4::smallint, $5::smallint, $6, $7::smallint, $8::int,
    $9::bigint, $10::int8multirange, $11::int, $12::int, $13::int)
ON CONFLICT DO NOTHING
RETURNING seen
