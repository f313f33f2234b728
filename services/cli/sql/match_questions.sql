-- What a person must say. $1 limit.
SELECT m.sourced_id, q.account_id, q.why, nullif(q.rule, ''), q.confidence, q.asked_at, s.name,
       m.body ->> 'givenName', m.body ->> 'familyName', m.body ->> 'email',
       concat_ws(' ', a.given_name, a.family_name) || coalesce(' <' || coalesce(a.email, a.username) || '>', '')
FROM match_question q
JOIN mirror_record m ON m.district_id = tenant() AND m.row_no = q.row_no
JOIN source s ON s.district_id = tenant() AND s.source_id = m.source_id
JOIN account a ON a.district_id = tenant() AND a.account_id = q.account_id
WHERE q.district_id = tenant()
ORDER BY q.confidence DESC, m.body ->> 'familyName', m.body ->> 'givenName', q.row_no, q.account_id LIMIT $1::bigint
