-- P7: an undo declines what it took back. What was refused after that change was made is about
-- something later, and stays: runs that are taken back newest first leave the newest word.
-- $1 node, $2 kind, $3 field, $4 waits, $5 by, $6 the entry of the history.
INSERT INTO declined AS d (district_id, node, kind, field, waits, by)
    VALUES (tenant(), $1, $2, $3, $4, $5)
ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by,
    at = now(), act_id = NULL
WHERE d.at <= (SELECT h.at FROM history h WHERE h.district_id = tenant()
    AND h.history_id = $6::bigint)
