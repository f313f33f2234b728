-- $1 act, $2 'approved' or 'discarded', $3 by whom.
UPDATE act SET state = $2::text, decided_by = $3::text, decided_at = now() WHERE district_id = tenant() AND act_id = $1::uuid
