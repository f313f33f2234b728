-- What a person should know of, and has not been told. $1 the district of the transaction, $2 milliseconds that a mail may be under way.
SELECT causes_tell($2::bigint * interval '1 ms') > 0 WHERE tenant() = $1::uuid
