-- Begins a run with what Clever has answered. $1 run, $2 state, $3 last sync, $4 newest event, $5 is the feed followed?
SELECT clever_begin($1::uuid, $2, $3::timestamptz, $4, $5::boolean)
