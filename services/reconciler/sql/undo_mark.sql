-- P7: an undo declines what it took back. $1 node, $2 kind, $3 field, $4 waits, $5 by.
INSERT INTO declined (district_id, node, kind, field, waits, by)
    VALUES (tenant(), $1, $2, $3, $4, $5)
ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by,
    at = now()
