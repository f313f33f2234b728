-- The roles that a change would have written or archived though nobody has verified their sync. $1 names of the archive settings that are being
-- switched on, $2 whether everybody is to be updated, or archived where disabled, $3 names of the roles' settings that are being switched on beside it.
SELECT string_agg(r.words, ', ' ORDER BY r.place), count(*)
FROM (VALUES (1, 'student', 'students', 'students', 'archive-students'), (2, 'teacher', 'teachers', 'teachers', 'archive-teachers'),
             (3, 'staff', 'staff', 'staff', 'archive-staff'), (4, 'administrator', 'administrators', 'administrators', 'archive-administrators'),
             (5, 'guardian', 'guardians', 'guardians', '')) r (place, role, words, switch, archive)
WHERE NOT EXISTS (SELECT FROM verification v WHERE v.district_id = tenant() AND v.role = r.role)
  AND (r.archive = ANY ($1::text[]) OR ($2::boolean AND (r.switch = ANY ($3::text[]) OR EXISTS (
      SELECT FROM setting s WHERE s.district_id = tenant() AND s.name = r.switch AND s.value NOT IN ('false', '"off"')))))
