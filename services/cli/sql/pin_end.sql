-- $1 account, $2 field.
DELETE FROM pin WHERE district_id = tenant() AND account_id = $1::uuid AND field = $2::text RETURNING field
