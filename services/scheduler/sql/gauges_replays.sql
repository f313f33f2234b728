-- Dead letters closed after $1 and up to $2, by how.
SELECT d.state, count(*) FROM dead_letter d
WHERE d.state <> 'open' AND d.closed_at > $1::timestamptz AND d.closed_at <= $2::timestamptz GROUP BY 1
