-- A token that nobody can have: its mail was not taken. $1 mail, $2 the token's digest in hex.
DELETE FROM mail_link WHERE district_id = tenant() AND mail_id = $1::uuid AND token_digest = decode($2::text, 'hex')
