-- $1 today.
WITH going AS MATERIALIZED (
    SELECT item_no, person, account_id, substr(field, 12)::uuid AS guardian_id FROM plan_go
    WHERE kind = 'end' AND field LIKE 'guardian:a:%'),
ended AS (
    UPDATE guardianship h SET ended_on = $1::date, version = h.version + 1 FROM going g
    WHERE h.district_id = tenant() AND h.student_id = g.account_id
        AND h.guardian_id = g.guardian_id AND h.ended_on IS NULL
    RETURNING g.item_no, g.person, h.student_id, h.version)
INSERT INTO plan_done SELECT item_no, person, 'end', student_id, version FROM ended
