-- What an application may in the transaction's district. $1 application.
SELECT reads::text, fields::text, edits::text, ',' || array_to_string(reads, ',') || ',',
    ',' || array_to_string(fields, ',') || ',', ',' || array_to_string(edits, ',') || ','
FROM application_grant WHERE district_id = tenant() AND application_id = $1::uuid
