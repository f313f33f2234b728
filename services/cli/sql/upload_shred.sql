DELETE FROM upload_chunk WHERE district_id = tenant() AND upload_id = $1::uuid
