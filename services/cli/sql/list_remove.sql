-- $1 list, $2 account, $3 by.
SELECT list_remove($1::uuid, $2::uuid, $3)
