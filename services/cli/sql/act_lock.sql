SELECT state, hash, kind FROM act WHERE district_id = tenant() AND act_id = $1::uuid FOR UPDATE
