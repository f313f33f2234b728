-- $1 roles.
DELETE FROM verification WHERE district_id = tenant() AND role = ANY ($1::text[])
