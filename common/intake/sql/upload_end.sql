UPDATE upload SET findings = $2::jsonb WHERE district_id = tenant() AND upload_id = $1::uuid
