SELECT count(*) FROM act_item WHERE district_id = tenant() AND act_id = $1::uuid
