-- Lanes that are done without, and the evidence of the asking.
WITH ended AS (
    UPDATE lane l SET state = 'unsealed', take = l.take + 1, lease_until = NULL,
        lease_holder = NULL
    WHERE l.run_id = $1::uuid AND l.collection = 'verify' AND l.state IN ('open', 'waiting')
)
SELECT seal_write(c, (SELECT count(*) FROM verify_person v WHERE v.run_id = $1::uuid
    AND v.answer IN ('active', 'deleted') AND NOT v.control), c.sealed, c.reason)
FROM run_collection c WHERE c.run_id = $1::uuid AND c.collection = 'verify'
