-- For whoever changes or ends a source: no run begins or commits meanwhile.
SELECT name, active_run, mirror_version > 0 FROM source WHERE district_id = tenant() AND source_id = $1::uuid FOR NO KEY UPDATE
