-- $1 run, $2 collection, $3 pass.
SELECT pass_new($1::uuid, $2::text, $3::int, 'it took longer than ' || extract(hours FROM run_pass_time()) || ' hours') <> 'stale'
