-- $1 rows, $2 by.
SELECT line, became, field, problem FROM import_accounts($1::jsonb, $2::text)
