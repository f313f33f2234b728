-- Classes under new ids that wait for a person.
SELECT list_id, was, now, school, rule, confidence, hold FROM plan_relist
WHERE hold <> '' ORDER BY list_id
