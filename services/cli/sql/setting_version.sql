UPDATE district SET policy_version = policy_version + 1 WHERE district_id = tenant()
