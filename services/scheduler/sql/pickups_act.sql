SELECT pickup_emit($1::uuid)
