-- Dead letters closed after $1 and up to $2, by how; also of what has not happened, as in gauges_ended.sql.
SELECT s.state, coalesce(d.n, 0)
FROM unnest(ARRAY['replayed', 'discarded', 'closed']) s (state)
LEFT JOIN (SELECT state, count(*) AS n FROM dead_letter
           WHERE state <> 'open' AND closed_at > $1::timestamptz AND closed_at <= $2::timestamptz GROUP BY 1) d USING (state)
