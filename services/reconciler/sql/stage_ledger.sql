-- The batch's row of the ledger; nothing touched: it was staged before (C1).
INSERT INTO batch_ledger (district_id, run_id, page_id, normalizer_version, part, parts, collection,
    pass, partition, kafka_offset,
                          seen, staged, dropped)
VALUES (tenant(), $1::uuid, $2, $3, $4::smallint, $5::smallint, $6, $7::smallint, $8::int,
    $9::bigint, $10::bigint[], $11::int, $12::int)
ON CONFLICT DO NOTHING
