-- Who is connected: each instance says its name in application_name.
SELECT p.name, count(DISTINCT a.application_name), count(a.pid)
FROM (VALUES (1, 'fetcher'), (2, 'normalizer'), (3, 'reconciler'), (4, 'notifier'), (5, 'scheduler'), (6, 'roster-server'), (7, 'webhook')) p (rank, name)
LEFT JOIN pg_stat_activity a ON a.datname = current_database() AND a.application_name LIKE 'rollcall-' || p.name || '@%'
GROUP BY p.rank, p.name ORDER BY p.rank
