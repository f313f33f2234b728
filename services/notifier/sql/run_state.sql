-- A run's state, and whether nobody is mailed about it: tests, and one person's sync, whose answer whoever asked has before them; unless it waits
-- for a decision. $1 run.
SELECT state, test OR (people IS NOT NULL AND state <> 'On hold') FROM run WHERE district_id = tenant() AND run_id = $1::uuid
