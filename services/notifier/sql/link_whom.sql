-- Whom a link is about: the reader of its mail, of a digest in all the districts that it told of. $1 its token, $2 confirm or stop.
SELECT m.district_id, m.member_id FROM mail m
WHERE m.token = $1::uuid AND CASE $2::text WHEN 'stop' THEN m.optional ELSE m.about = 'member.verify:' || m.member_id END
UNION
SELECT o.district_id, o.member_id FROM mail m
JOIN digest_member x ON x.district_id = m.district_id AND x.member_id = m.member_id
JOIN digest_member o ON o.reader = x.reader
WHERE m.token = $1::uuid AND $2::text = 'stop' AND m.kind = 'digest'
