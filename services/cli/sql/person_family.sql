-- $1 account.
SELECT CASE WHEN g.student_id = a.account_id THEN 'student' ELSE 'guardian' END, g.relation, a.given_name, a.family_name, a.status,
       g.began_on, g.ended_on, a.account_id
FROM guardianship g
JOIN account a ON a.district_id = tenant() AND a.account_id = CASE WHEN g.student_id = $1::uuid THEN g.guardian_id ELSE g.student_id END
WHERE g.district_id = tenant() AND $1::uuid IN (g.student_id, g.guardian_id) ORDER BY g.ended_on IS NOT NULL, a.family_name, a.given_name
