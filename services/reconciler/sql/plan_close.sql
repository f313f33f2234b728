UPDATE plan SET state = 'applied', closed_at = now() WHERE district_id = tenant()
    AND plan_id = $1::uuid AND state = 'open'
