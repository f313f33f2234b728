SELECT policy_version FROM district WHERE district_id = tenant() FOR NO KEY UPDATE
