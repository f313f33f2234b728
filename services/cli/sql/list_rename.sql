-- $1 list, $2 name or NULL, $3 by.
SELECT list_rename($1::uuid, $2, $3)
