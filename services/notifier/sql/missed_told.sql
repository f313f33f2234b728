-- $1 member, $2 the mail that names them.
UPDATE mail m SET told_in = $2::uuid
WHERE m.district_id = tenant() AND m.member_id = $1::uuid AND m.state = 'unknown'
  AND NOT EXISTS (SELECT FROM mail t WHERE t.district_id = tenant() AND t.mail_id = m.told_in AND t.state NOT IN ('unknown', 'refused'))
