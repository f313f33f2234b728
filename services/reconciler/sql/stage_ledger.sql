-- The part's row of the ledger, with the mirror's rows that came unchanged (C1): the same hash, the
-- same date where the source's dates are honest, and nothing about the row that a sight would change
-- (present, readable, in no countdown, not marked deleted, hashed as today: N1, N4). One look per
-- record, by the whole key: whatever the planner believes of the table, no other plan is possible.
-- $10 ids, $11 their hashes one behind the other, $12 their dates, $13 how many of them have values,
-- $14 how many came without. Gives the places, from 1, of those that have to be staged; no row: the
-- part was staged before.
WITH came AS MATERIALIZED (
    SELECT c.id, c.modified, c.n, substr($11::bytea, (c.n::int - 1) * 16 + 1, 16) AS hash
    FROM unnest($10::text[], $12::timestamptz[]) WITH ORDINALITY AS c (id, modified, n)
), same AS MATERIALIZED (
    SELECT c.n, m.row_no
    FROM came c CROSS JOIN LATERAL (
        SELECT x.row_no FROM mirror_record x
        WHERE x.district_id = tenant() AND x.source_id = $8::uuid AND x.collection = $5
          AND x.sourced_id = c.id AND x.hash = c.hash AND x.present AND NOT x.unread
          AND x.absent_run IS NULL AND NOT x.marked_deleted
          AND (NOT $9::boolean OR x.modified IS NOT DISTINCT FROM c.modified)
          AND x.hash_version = (SELECT k.hash_version FROM district_key k)
        OFFSET 0) m
), ledger AS (
    INSERT INTO batch_ledger (district_id, run_id, page_id, normalizer_version, part, parts,
        collection, pass, partition, kafka_offset, seen, staged, dropped)
    SELECT tenant(), $1::uuid, $2, $3, $4::smallint, $15::smallint, $5, $16::smallint, $6::int,
        $7::bigint, coalesce((SELECT array_agg(s.row_no ORDER BY s.n) FROM same s), '{}'),
        $13::int - (SELECT count(*) FROM same), $14::int
    ON CONFLICT DO NOTHING
    RETURNING true
)
SELECT ARRAY(SELECT c.n FROM came c WHERE NOT EXISTS (SELECT FROM same s WHERE s.n = c.n)
             ORDER BY c.n)
FROM ledger
