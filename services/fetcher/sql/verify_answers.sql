-- What the source said of each, with the task's commit. $1 run, $2 [{"id", "answer"}, …].
UPDATE verify_person v SET answer = a ->> 'answer'
FROM jsonb_array_elements($2::jsonb) a
WHERE v.district_id = tenant() AND v.run_id = $1::uuid AND v.sourced_id = a ->> 'id'
