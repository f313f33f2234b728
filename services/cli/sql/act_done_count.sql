-- What of an act can still be taken back.
SELECT count(*) FROM history WHERE district_id = tenant() AND act_id = $1::uuid AND undone_at IS NULL
