-- Is the change there that comes next? $1 after.
SELECT EXISTS (SELECT FROM change WHERE district_id = tenant() AND position = $1::bigint + 1)
