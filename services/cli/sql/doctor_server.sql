-- The server's version, who we are, its clock, connections in use and allowed.
SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_user,
       (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' OR backend_type IS NULL AND usename IS NOT NULL),
       current_setting('max_connections')::int
