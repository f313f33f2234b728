SELECT probe_request($1::uuid, $2::text)
