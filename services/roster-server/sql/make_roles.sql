-- Are the schools of all roles known? $1 values.
SELECT count(DISTINCT r.n) = jsonb_array_length(coalesce($1::jsonb -> 'roles', '[]'))
FROM application_roles($1::jsonb -> 'roles') r
