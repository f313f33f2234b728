-- For letters that hold up no run: nobody else closes them.
UPDATE dead_letter SET state = $2::text, closed_at = now(), closed_by = $3::text, closed_reason = $4::text
WHERE district_id = tenant() AND dead_letter_id = $1::uuid
