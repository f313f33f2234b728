-- A merge taken back, a record: $1 account that stayed, $2 record node, $3 node of the one that had
-- gone.
WITH back AS (
    UPDATE account_link l SET account_id = substr($3, 3)::uuid
    WHERE l.district_id = tenant() AND l.account_id = $1::uuid
        AND l.source_id = split_part($2, ':', 2)::uuid AND l.sourced_id = substr($2, 40)
    RETURNING l.account_id)
UPDATE account a SET version = a.version + 1 FROM back
WHERE a.district_id = tenant() AND a.account_id IN ($1::uuid, back.account_id)
