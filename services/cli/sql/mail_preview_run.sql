-- A run that would be told of, and whether it waits, and whether its mail is optional. $1 its id, NULL: the latest.
SELECT run_id, state = 'On hold', state LIKE 'Completed%' FROM run
WHERE district_id = tenant() AND run_id = coalesce($1::uuid, run_id) AND NOT test
  AND state IN ('Completed', 'Completed with warnings', 'Completed with errors', 'Failed', 'On hold')
ORDER BY requested_at DESC LIMIT 1
