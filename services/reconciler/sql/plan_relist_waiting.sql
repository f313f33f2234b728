-- Classes under new ids that wait for a person.
SELECT list_id, was, now, school, rule, confidence, source_id FROM plan_relist WHERE waits ORDER BY list_id
