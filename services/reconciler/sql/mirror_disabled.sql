-- The countdown of the disabled (D1): as that of an explicit delete it begins with a sealed full
-- snapshot or a delta that says so, and completes with a later sealed full one that says so still, $3
-- dates after and the $4th in all; once among all snapshots (1), once among those that raise no doubt
-- (2; $5: this one raises none). Completing moves the record's version. $1 run, $2 its date.
WITH told AS (
    SELECT r.source_id, c.sealed AND c.mode = 'bulk' AND r.kind = 'full' AS counts,
        r.kind = 'delta' OR c.mode = 'delta' AS tells
    FROM run r JOIN run_collection c ON c.district_id = r.district_id AND c.run_id = r.run_id
    WHERE r.district_id = tenant() AND r.run_id = $1::uuid AND c.collection = 'users'),
here AS (
    SELECT d.*, m.row_no, t.counts FROM told t
    JOIN disabled_record d ON d.district_id = tenant() AND d.source_id = t.source_id
        AND d.complete < 2
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = d.source_id
        AND m.collection = 'users' AND m.sourced_id = d.sourced_id AND m.present AND NOT m.unread
    WHERE t.counts OR (t.tells AND EXISTS (
        SELECT FROM w_in i WHERE i.collection = 'users' AND i.sourced_id = d.sourced_id))),
evidence AS (
    SELECT e.run_id, 2 + count(s.run_id) AS snapshots,
        2 + count(s.run_id) FILTER (WHERE NOT s.suspect) AS clean
    FROM (SELECT began_run AS run_id FROM here UNION SELECT clean_run FROM here) e
    JOIN snapshot b ON b.district_id = tenant() AND b.run_id = e.run_id
    LEFT JOIN snapshot s ON s.district_id = tenant() AND s.source_id = b.source_id
        AND s.mirror_version > b.mirror_version AND s.kind = 'full' AND 'users' = ANY (s.sealed)
    GROUP BY e.run_id),
verdict AS (
    SELECT h.source_id, h.sourced_id, h.row_no, h.complete AS was,
        CASE WHEN h.counts AND $5::boolean AND h.clean_on + $3::int <= $2::date
            AND c.clean >= $4::int THEN 2
        WHEN h.counts AND h.began_on + $3::int <= $2::date AND a.snapshots >= $4::int THEN 1
        ELSE h.complete END AS complete
    FROM here h LEFT JOIN evidence a ON a.run_id = h.began_run
    LEFT JOIN evidence c ON c.run_id = h.clean_run),
kept AS (
    UPDATE disabled_record d SET complete = v.complete,
        began_run = coalesce(d.began_run, $1::uuid), began_on = coalesce(d.began_on, $2::date),
        clean_run = CASE WHEN $5 THEN coalesce(d.clean_run, $1::uuid) ELSE d.clean_run END,
        clean_on = CASE WHEN $5 THEN coalesce(d.clean_on, $2::date) ELSE d.clean_on END
    FROM verdict v
    WHERE d.district_id = tenant() AND d.source_id = v.source_id AND d.sourced_id = v.sourced_id
        AND (v.complete <> d.complete OR d.began_run IS NULL OR ($5 AND d.clean_run IS NULL)))
UPDATE mirror_record m SET version = m.version + 1, last_run = $1::uuid
FROM verdict v
WHERE m.district_id = tenant() AND m.row_no = v.row_no AND v.complete > v.was
