UPDATE dead_letter SET closed_reason = $2::text WHERE district_id = tenant() AND dead_letter_id = $1::uuid AND state IN ('discarded', 'closed')
