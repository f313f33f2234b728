SELECT coalesce((SELECT position FROM change_head WHERE district_id = tenant()), 0)
