-- Which programs are connected now.
SELECT CASE count(a.pid) WHEN 0 THEN 1 ELSE 0 END, 'rollcall-' || p.name,
       CASE count(a.pid) WHEN 0 THEN 'is not connected' ELSE count(DISTINCT a.application_name) || ' running' END,
       CASE count(a.pid) WHEN 0 THEN 'Start it; its log says what keeps it away.' ELSE '' END
FROM (VALUES (1, 'fetcher'), (2, 'normalizer'), (3, 'reconciler'), (4, 'notifier'), (5, 'scheduler')) p (rank, name)
LEFT JOIN pg_stat_activity a ON a.datname = current_database() AND a.application_name LIKE 'rollcall-' || p.name || '@%'
GROUP BY p.rank, p.name ORDER BY p.rank
