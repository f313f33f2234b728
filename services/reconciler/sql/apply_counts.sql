SELECT coalesce(jsonb_object_agg(kind, n), '{}')::text, coalesce(sum(n), 0),
       (SELECT count(*) FROM plan_item WHERE district_id = tenant() AND plan_id = $1::uuid
           AND outcome IS NULL),
       (SELECT count(*) FROM plan_go WHERE NOT done)
FROM (SELECT kind, count(*) AS n FROM plan_go WHERE done GROUP BY kind) k
