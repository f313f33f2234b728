-- What of a vendor profile is kept with the source: $2, as source_profile_json makes it.
UPDATE source SET profile = p.json ->> 'profile', quirks = p.json -> 'quirks', busy_from = (p.json ->> 'busy_from')::time,
    busy_until = (p.json ->> 'busy_until')::time, honest_dates = (p.json ->> 'dates')::boolean,
    honest_deletes = (p.json ->> 'deletes')::boolean
FROM (SELECT $2::jsonb AS json) p
WHERE district_id = tenant() AND source_id = $1::uuid
