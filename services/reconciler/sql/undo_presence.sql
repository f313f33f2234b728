-- Create, link and restore are one wish: every record of the account (or the one that was linked,
-- $2) waits until it has been gone and come back. An act that said so before takes it no more back.
-- Both by key, for a run is undone entry by entry.
WITH named AS (
    SELECT nullif(split_part($2, ':', 2), '')::uuid AS source_id, substr($2, 40) AS sourced_id
    UNION ALL
    SELECT l.source_id, l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = $1::uuid AND $2 = ''),
touched AS (
    UPDATE mirror_record m SET version = m.version + 1 FROM named n
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.source_id = n.source_id
        AND m.sourced_id = n.sourced_id
    RETURNING m.source_id, m.sourced_id, m.returns)
INSERT INTO declined (district_id, node, kind, waits, by)
SELECT tenant(), 'r:' || source_id || ':' || sourced_id, 'presence', returns::text, $3 FROM touched
ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by,
    at = now(), act_id = NULL
