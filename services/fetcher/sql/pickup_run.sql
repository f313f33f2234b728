SELECT pickup_run($1::uuid)
