-- The part's row of the ledger, with the mirror's rows that came unchanged (C1), as ranges of their
-- numbers: rows of a page lie side by side, so a page is one range and a few holes. The same hash, the
-- same date where the source's dates are honest, and nothing about the row that a sight would change
-- (present, readable, in no countdown, not marked deleted, hashed as today: N1, N4).
--
-- Pages mostly come in the order of their ids, so one walk over the mirror's key between a part's
-- first and last id meets nearly all (near). Where it had to be cut short, since the page is in
-- another order, what it did not meet is looked up one by one.
-- $10 ids, $11 their hashes one behind the other, $12 their dates, $13 how many of them have values,
-- $14 how many came without. Gives the places, from 1, of those that have to be staged; no row: the
-- part was staged before.
WITH came AS MATERIALIZED (
    SELECT c.id, c.modified, c.n, substr($11::bytea, (c.n::int - 1) * 16 + 1, 16) AS hash
    FROM unnest($10::text[], $12::timestamptz[]) WITH ORDINALITY AS c (id, modified, n)
), bounds AS MATERIALIZED (
    SELECT min(c.id) AS first, max(c.id) AS last, 2 * count(*) + 100 AS most FROM came c
), near AS MATERIALIZED (
    SELECT x.row_no, x.sourced_id, x.hash, x.modified, x.present AND NOT x.unread
        AND x.absent_run IS NULL AND NOT x.marked_deleted
        AND x.hash_version = (SELECT k.hash_version FROM district_key k) AS plain
    FROM mirror_record x
    WHERE x.district_id = tenant() AND x.source_id = $8::uuid AND x.collection = $5
      AND x.sourced_id >= (SELECT b.first FROM bounds b)
      AND x.sourced_id <= (SELECT b.last FROM bounds b)
    ORDER BY x.sourced_id LIMIT (SELECT b.most FROM bounds b)
), met AS MATERIALIZED (
    -- a full join, which is never made by loops, whatever the planner believes of sizes
    SELECT c.n, c.id, c.hash, c.modified, m.row_no,
        m.plain AND m.hash = c.hash
            AND (NOT $9::boolean OR m.modified IS NOT DISTINCT FROM c.modified) AS same
    FROM came c FULL JOIN near m ON m.sourced_id = c.id
), same AS MATERIALIZED (
    SELECT m.n, m.row_no FROM met m WHERE m.n IS NOT NULL AND m.same
    UNION ALL
    SELECT m.n, l.row_no FROM met m CROSS JOIN LATERAL (
        SELECT x.row_no FROM mirror_record x
        WHERE x.district_id = tenant() AND x.source_id = $8::uuid AND x.collection = $5
          AND x.sourced_id = m.id AND x.hash = m.hash AND x.present AND NOT x.unread
          AND x.absent_run IS NULL AND NOT x.marked_deleted
          AND (NOT $9::boolean OR x.modified IS NOT DISTINCT FROM m.modified)
          AND x.hash_version = (SELECT k.hash_version FROM district_key k)
        OFFSET 0) l
    WHERE m.n IS NOT NULL AND m.row_no IS NULL
      AND (SELECT count(*) FROM near) = (SELECT b.most FROM bounds b)
), once AS MATERIALIZED (
    -- a second copy in the same part is staged, so that as many rows are seen as are noted
    SELECT min(s.n) AS n, s.row_no FROM same s GROUP BY s.row_no
), ledger AS (
    INSERT INTO batch_ledger (district_id, run_id, page_id, normalizer_version, part, parts,
        collection, pass, partition, kafka_offset, seen, seen_rows, staged, dropped)
    SELECT tenant(), $1::uuid, $2, $3, $4::smallint, $15::smallint, $5, $16::smallint, $6::int,
        $7::bigint, o.seen, o.seen_rows, $13::int - o.seen, $14::int
    FROM (SELECT count(*) AS seen,
              coalesce(range_agg(int8range(s.row_no, s.row_no + 1)), '{}') AS seen_rows
          FROM once s) o
    ON CONFLICT DO NOTHING
    RETURNING seen
)
SELECT CASE WHEN l.seen < (SELECT count(*) FROM came)
    THEN ARRAY(SELECT c.n FROM came c WHERE c.n NOT IN (SELECT s.n FROM once s) ORDER BY c.n)
    ELSE '{}' END
FROM ledger l
