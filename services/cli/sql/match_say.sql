-- $1 row of the record, $2 account, $3 accepted, $4 by.
SELECT parted FROM match_say($1::bigint, $2::uuid, $3::boolean, $4::text)
