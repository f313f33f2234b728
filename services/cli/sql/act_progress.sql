SELECT state IN ('applied', 'failed'), applied, overtaken, why FROM act WHERE district_id = tenant() AND act_id = $1::uuid
