-- A member, and the reader that the member is, where a digest was chosen. $1 address.
SELECT m.district_id, m.member_id, encode(g.reader, 'hex'), coalesce(m.time_zone, d.time_zone)
FROM member m JOIN district d USING (district_id) LEFT JOIN digest_member g USING (district_id, member_id)
WHERE m.district_id = tenant() AND lower(m.email) = lower($1::text) AND m.removed_at IS NULL
