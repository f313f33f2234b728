WITH ended AS (
    UPDATE guardianship h SET ended_on = $1::date, version = h.version + 1
    FROM plan_go g
    WHERE g.kind = 'end' AND h.district_id = tenant() AND h.student_id = g.account_id
      AND h.guardian_id = g.guardian_id AND h.ended_on IS NULL
    RETURNING g.item_no, h.version)
UPDATE plan_go g SET done = true, version_after = e.version FROM ended e WHERE g.item_no = e.item_no
