-- $1 run, $2 collection, $3 pass.
SELECT pass_new($1::uuid, $2::text, $3::int, 'a page that was fetched never arrived') <> 'stale'
