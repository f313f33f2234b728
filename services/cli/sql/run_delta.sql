-- Why the source's next run cannot be a delta; NULL: it can.
SELECT delta_refusal(s) FROM source s WHERE s.district_id = tenant() AND s.source_id = $1::uuid
