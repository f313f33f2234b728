SELECT run_supersede_parked($2::uuid, $1::uuid), source_free($2::uuid)
