-- What of a vendor profile is kept with the source: $2, as source_profile_json makes it. Who its rows are is something that plans read: where
-- that changes, so does the policy's version (P1).
WITH p AS (SELECT $2::jsonb AS json), policy AS (
    UPDATE district d SET policy_version = d.policy_version + 1
    FROM source s, p
    WHERE d.district_id = tenant() AND s.district_id = tenant() AND s.source_id = $1::uuid
      AND (s.quirks ->> 'person' IS DISTINCT FROM p.json #>> '{quirks,person}'
           OR s.quirks ->> 'primary_parent' IS DISTINCT FROM p.json #>> '{quirks,primary_parent}'))
UPDATE source SET profile = p.json ->> 'profile', quirks = p.json -> 'quirks', busy_from = (p.json ->> 'busy_from')::time,
    busy_until = (p.json ->> 'busy_until')::time, honest_dates = (p.json ->> 'dates')::boolean,
    honest_deletes = (p.json ->> 'deletes')::boolean
FROM p
WHERE district_id = tenant() AND source_id = $1::uuid
