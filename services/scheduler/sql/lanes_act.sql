SELECT lane_emit($1::uuid)
