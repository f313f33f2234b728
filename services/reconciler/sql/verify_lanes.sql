-- The lanes that ask, of whichever pass: their locks go before the run's (R0).
SELECT lanes_lock(c.run_id, c.collection, c.pass) FROM run_collection c
WHERE c.run_id = $1::uuid AND c.collection = 'verify'
