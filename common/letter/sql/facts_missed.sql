-- Mails to this owner that may not have arrived, and that no mail that arrived has named (M1). $1 member, $2 zone.
SELECT coalesce(jsonb_agg(jsonb_build_object('subject', m.subject, 'day', to_char(m.local_day, 'Dy, FMDD Mon YYYY')) ORDER BY m.planned_at), '[]')
FROM mail m
WHERE m.district_id = tenant() AND m.member_id = $1::uuid AND m.state = 'unknown' AND $2::text <> ''
  AND NOT EXISTS (SELECT FROM mail t WHERE t.district_id = tenant() AND t.mail_id = m.told_in AND t.state NOT IN ('unknown', 'refused'))
