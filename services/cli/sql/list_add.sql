-- $1 list, $2 account, $3 role, $4 by.
SELECT list_add($1::uuid, $2::uuid, $3, $4)
