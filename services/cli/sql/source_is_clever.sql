SELECT s.kind = 'clever' FROM source s WHERE s.district_id = tenant() AND s.source_id = $1::uuid
