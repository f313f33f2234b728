SELECT EXISTS (SELECT FROM page_ledger WHERE district_id = tenant() AND run_id = $1::uuid AND page_id = $2::text)
