SELECT state = 'applied', applied, overtaken FROM act WHERE district_id = tenant() AND act_id = $1::uuid
