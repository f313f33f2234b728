SELECT run_park($1::uuid)
