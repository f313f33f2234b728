-- So that a mail can go to the operators, where it is for them. $1 their addresses, parted by commas; $2 the roles that it is for.
SELECT operators_add($1::text) WHERE 'operator' = ANY ($2::text[])
