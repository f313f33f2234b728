-- A run that waits on hold, locked before it is ended. $1 run.
SELECT source_id::text FROM run WHERE district_id = tenant() AND run_id = $1::uuid
    AND state = 'On hold' FOR UPDATE
