-- A digest that could not be written is tried again in an hour, after those of the others. $1 reader, in hex. Gives a member who is that
-- reader, for the log.
UPDATE digest_reader r SET look_at = now() + interval '1 hour' WHERE r.reader = decode($1::text, 'hex')
RETURNING (SELECT m.member_id FROM digest_member m WHERE m.reader = r.reader ORDER BY m.member_id LIMIT 1)
