-- Runs in hand, by phase; those that wait for a person apart.
SELECT CASE WHEN r.parked THEN 'parked' WHEN r.state = 'On hold' THEN 'held' ELSE r.phase END, count(*)
FROM run r WHERE r.finished_at IS NULL GROUP BY 1
