-- The new source ($2) takes the place of the old one ($1): its rank for fields, and its nights where it has none of its own.
UPDATE source n SET authority = o.authority,
    nightly_at = CASE WHEN n.automatic THEN n.nightly_at ELSE o.nightly_at END, automatic = n.automatic OR o.automatic
FROM source o
WHERE o.district_id = tenant() AND o.source_id = $1::uuid AND n.district_id = tenant() AND n.source_id = $2::uuid
