-- $1 account, $2 fields, $3 reads.
SELECT a.account_id, account_stays(a.account_id), account_tag(a, $2::text[], $3::text[]),
    account_view(a, $2::text[], $3::text[])::text
FROM account a WHERE a.district_id = tenant() AND a.account_id = $1::uuid
