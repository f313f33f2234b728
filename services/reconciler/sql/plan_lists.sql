-- A list's code, school, terms and grades follow its class; its name is an item, and who is in it is
-- decided person by person.
UPDATE user_list u SET class_code = c.class_code, school_id = c.school_id, terms = c.terms,
    grades = c.grades, version = u.version + 1
FROM (SELECT m.source_id, m.sourced_id, m.body->>'classCode' AS class_code,
             m.body->>'school' AS school_id,
             ARRAY(SELECT jsonb_array_elements_text(m.body->'terms')) AS terms,
             ARRAY(SELECT jsonb_array_elements_text(m.body->'grades')) AS grades
      FROM mirror_record m WHERE m.district_id = tenant() AND m.collection = 'classes'
          AND m.body IS NOT NULL AND m.source_id = ANY (ARRAY(
              SELECT s.source_id FROM source s WHERE s.district_id = tenant()))) c
WHERE u.district_id = tenant() AND u.source_id = c.source_id AND u.class_id = c.sourced_id
  AND (u.class_code, u.school_id, u.terms, u.grades)
      IS DISTINCT FROM (c.class_code, c.school_id, c.terms, c.grades)
