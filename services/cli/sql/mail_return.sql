-- The district of the mail that came back. $1 the token of its return address.
SELECT district_id, mail_id, member_id FROM mail WHERE return_token = $1::uuid
