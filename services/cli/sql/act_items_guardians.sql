-- Guardianships of the accounts, whether they are the students or the guardians. $1 act, $2 accounts.
INSERT INTO act_item (district_id, act_id, item_no, kind, account_id, field, old_value, new_value, version)
SELECT tenant(), $1::uuid, row_number() OVER (ORDER BY g.student_id, g.guardian_id), 'end', g.student_id,
    'guardian:a:' || g.guardian_id, 'on', 'ended', g.version
FROM guardianship g WHERE g.district_id = tenant() AND g.ended_on IS NULL
  AND (g.student_id = ANY ($2::uuid[]) OR g.guardian_id = ANY ($2::uuid[]))
