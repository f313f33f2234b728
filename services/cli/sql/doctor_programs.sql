-- Which programs are connected now. Those that serve applications are missed only where an application needs them.
SELECT CASE count(a.pid) WHEN 0 THEN 1 ELSE 0 END, 'rollcall-' || p.name,
       CASE count(a.pid) WHEN 0 THEN 'is not connected' || p.why ELSE count(DISTINCT a.application_name) || ' running' END,
       CASE count(a.pid) WHEN 0 THEN 'Start it; its log says what keeps it away.' ELSE '' END
FROM (VALUES (1, 'fetcher', '', true), (2, 'normalizer', '', true), (3, 'reconciler', '', true), (4, 'notifier', '', true), (5, 'scheduler', '', true),
          (6, 'roster-server', ', and applications may read the directory',
           EXISTS (SELECT FROM application x JOIN application_grant g USING (application_id) WHERE x.revoked_at IS NULL)),
          (7, 'webhook', ', and webhooks are set',
           EXISTS (SELECT FROM webhook w JOIN application x USING (application_id) WHERE w.state <> 'paused' AND x.revoked_at IS NULL))) p (rank, name, why, needed)
LEFT JOIN pg_stat_activity a ON a.datname = current_database() AND a.application_name LIKE 'rollcall-' || p.name || '@%'
GROUP BY p.rank, p.name, p.why, p.needed HAVING p.needed OR count(a.pid) > 0 ORDER BY p.rank
