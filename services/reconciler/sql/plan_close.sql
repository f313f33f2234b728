UPDATE plan SET state = 'applied', closed_at = now(), decided_at = NULL WHERE district_id = tenant()
    AND plan_id = $1::uuid AND state = 'open'
