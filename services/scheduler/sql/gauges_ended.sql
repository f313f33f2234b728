-- Runs that ended after $1 and up to $2, by their state: also of what has not happened, since a counter that begins at its first event
-- has nothing to increase from.
SELECT s.state, coalesce(r.n, 0)
FROM unnest(ARRAY['Completed', 'Completed with warnings', 'Completed with errors', 'On hold', 'Superseded', 'Cancelled', 'Failed']) s (state)
LEFT JOIN (SELECT state, count(*) AS n FROM run WHERE finished_at > $1::timestamptz AND finished_at <= $2::timestamptz GROUP BY 1) r USING (state)
