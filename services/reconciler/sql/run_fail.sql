SELECT run_fail($1::uuid, $2, $3)
