-- It is over, and nothing of it was done. $1 act, $2 why.
UPDATE act SET state = 'failed', done_at = now(), why = $2::text
WHERE district_id = tenant() AND act_id = $1::uuid AND state = 'approved'
