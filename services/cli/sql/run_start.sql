SELECT run_request($1::uuid, $2::text, $3::boolean) AS run_id
