SELECT person_run($1::uuid, $2::text[], $3::text)
