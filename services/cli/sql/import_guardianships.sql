-- $1 rows.
SELECT line, became, field, problem FROM import_guardianships($1::jsonb)
