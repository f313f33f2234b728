-- The members that a reader is, the first added first. $1 reader, in hex; NULL: the one of district $2 and id $3, whatever was chosen.
SELECT district_id, member_id FROM (
    SELECT m.district_id::text, m.member_id::text, m.since FROM digest_member m WHERE m.reader = decode($1::text, 'hex')
    UNION ALL SELECT $2::text, $3::text, now() WHERE $1::text IS NULL) x
ORDER BY since, district_id
