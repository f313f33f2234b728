-- Runs that ended after $1 and up to $2, by their state.
SELECT r.state, count(*) FROM run r WHERE r.finished_at > $1::timestamptz AND r.finished_at <= $2::timestamptz GROUP BY 1
