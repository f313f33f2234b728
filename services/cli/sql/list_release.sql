-- $1 list, $2 account.
SELECT list_release($1::uuid, $2::uuid)
