-- $1 today.
WITH joined AS (
    INSERT INTO guardianship AS h (district_id, guardian_id, student_id, relation, began_on)
    SELECT DISTINCT ON (guardian_id, student_id) tenant(), guardian_id, student_id, relation,
        $1::date
    FROM plan_guard WHERE guardian_id <> student_id
    ORDER BY guardian_id, student_id, item_no
    ON CONFLICT (district_id, guardian_id, student_id) DO UPDATE SET ended_on = NULL,
        relation = excluded.relation, version = h.version + 1
    RETURNING guardian_id, student_id, version)
INSERT INTO plan_done
SELECT p.item_no, p.person, 'join', p.student_id, j.version
FROM joined j JOIN plan_guard p USING (guardian_id, student_id)
