-- Whom a link is about: the reader of its mail, of a digest in all the districts that it told of. $1 the digest of its token, in hex, $2 confirm
-- or stop.
WITH linked AS (
    SELECT m.district_id, m.member_id, m.optional, m.about, m.kind FROM mail_link l JOIN mail m USING (district_id, mail_id)
    WHERE l.token_digest = decode($1::text, 'hex')
)
SELECT m.district_id, m.member_id FROM linked m
WHERE CASE $2::text WHEN 'stop' THEN m.optional ELSE m.about = 'member.verify:' || m.member_id END
UNION
SELECT o.district_id, o.member_id FROM linked m
JOIN digest_member x ON x.district_id = m.district_id AND x.member_id = m.member_id
JOIN digest_member o ON o.reader = x.reader
WHERE $2::text = 'stop' AND m.kind = 'digest'
