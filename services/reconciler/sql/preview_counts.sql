-- A plan's items by kind, role, cause and what they wait for. $1 plan, $2 nothing is applied today.
SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]')::text FROM (
    SELECT kind, role, cause, CASE WHEN decision = 'approved' OR hold = ''
               THEN CASE WHEN $2::boolean THEN 'blackout date' ELSE '' END ELSE hold END AS waits,
        count(*) AS n
    FROM decided_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL
        AND decision IS DISTINCT FROM 'declined'
    GROUP BY 1, 2, 3, 4) g
