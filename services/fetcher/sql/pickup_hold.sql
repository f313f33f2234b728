-- Is the look the newest still? Stays so until the transaction's end; and were these bytes taken before? $1 source, $2 take, $3 digest.
SELECT EXISTS (SELECT FROM pickup_file f WHERE f.district_id = tenant() AND f.source_id = p.source_id AND f.digest = $3 AND f.outcome = 'taken')
FROM source_pickup p WHERE p.district_id = tenant() AND p.source_id = $1::uuid AND p.take = $2::bigint AND p.lease_until IS NOT NULL
FOR UPDATE OF p
