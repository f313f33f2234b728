-- Create, link and restore are one wish: every record of the account (or the one that was linked,
-- $2) waits until it has been gone and come back. An act that said so before takes it no more back.
WITH records AS (
    SELECT m.source_id, m.sourced_id, m.returns FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users' AND (
        'r:' || m.source_id || ':' || m.sourced_id = $2
        OR EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant()
            AND l.account_id = $1::uuid AND $2 = ''
                       AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id))),
touched AS (
    UPDATE mirror_record m SET version = m.version + 1 FROM records r
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.source_id = r.source_id
        AND m.sourced_id = r.sourced_id)
INSERT INTO declined (district_id, node, kind, waits, by)
SELECT tenant(), 'r:' || source_id || ':' || sourced_id, 'presence', returns::text, $3 FROM records
ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by,
    at = now(), act_id = NULL
