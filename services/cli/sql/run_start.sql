SELECT run_request($1::uuid, $2::text, $3::boolean, '', $4::text) AS run_id
