-- What the source said of the people that a run asked for.
SELECT v.sourced_id, coalesce(v.answer, 'no answer') FROM verify_person v
WHERE v.district_id = tenant() AND v.run_id = $1::uuid AND NOT v.control ORDER BY v.place
