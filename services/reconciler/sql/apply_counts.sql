SELECT coalesce(jsonb_object_agg(kind, n), '{}')::text, coalesce(sum(n), 0)
FROM (SELECT kind, count(*) AS n FROM plan_done GROUP BY kind) k
