-- $1 node.
DELETE FROM exclusion WHERE district_id = tenant() AND node = $1::text RETURNING node
