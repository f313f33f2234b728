-- Guardians whose details are others than in the SIS, a row for each field: what an update would overwrite. $1 limit.
SELECT a.account_id, l.sourced_id, f.field, f.ours, f.theirs, p.account_id IS NOT NULL
FROM account a
JOIN account_link l ON l.district_id = tenant() AND l.account_id = a.account_id
JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users' AND m.sourced_id = l.sourced_id
    AND m.present AND NOT m.unread
CROSS JOIN LATERAL (VALUES
    ('given_name', a.given_name, m.body ->> 'givenName'), ('family_name', a.family_name, m.body ->> 'familyName'),
    ('email', a.email, m.body ->> 'email'), ('phone', a.phone, m.body ->> 'phone'), ('sms', a.sms, m.body ->> 'sms')) f (field, ours, theirs)
LEFT JOIN pin p ON p.district_id = tenant() AND p.account_id = a.account_id AND p.field = f.field
WHERE a.district_id = tenant() AND a.status = 'active' AND coalesce(f.ours, '') <> coalesce(f.theirs, '')
  AND EXISTS (SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = a.account_id AND r.role = 'guardian' AND r.ended_on IS NULL)
ORDER BY a.family_name, a.given_name, a.account_id, f.field LIMIT $1::bigint
