-- Unless it was named otherwise since. $1 list's node, $2 old name, $3 new name.
UPDATE user_list SET title = $2, version = version + 1
WHERE district_id = tenant() AND list_id = substr($1, 3)::uuid AND title = $3 AND named_by IS NULL
