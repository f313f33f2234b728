WITH joined AS (
    INSERT INTO guardianship AS h (district_id, guardian_id, student_id, relation, began_on)
    SELECT DISTINCT ON (g.other_id, g.account_id) tenant(), g.other_id, g.account_id, g.new_value,
        $1::date
    FROM plan_go g WHERE g.kind = 'join' AND g.field LIKE 'guardian:%' AND g.account_id IS NOT NULL
        AND g.other_id IS NOT NULL
      AND g.other_id <> g.account_id
    ORDER BY g.other_id, g.account_id, g.field
    ON CONFLICT (district_id, guardian_id, student_id) DO UPDATE SET ended_on = NULL,
        relation = excluded.relation, version = h.version + 1
    RETURNING guardian_id, student_id, version)
UPDATE plan_go g SET done = true, version_after = j.version
FROM joined j WHERE g.kind = 'join' AND g.account_id = j.student_id AND g.other_id = j.guardian_id
