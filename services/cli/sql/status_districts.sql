SELECT state, count(*) FILTER (WHERE paused_at IS NULL), count(*) FILTER (WHERE paused_at IS NOT NULL) FROM district GROUP BY state ORDER BY state
