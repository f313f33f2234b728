-- The source that a school is of, the first in authority; a school that only a test has found is of the first source. $1 SIS id.
SELECT s.source_id FROM source s
LEFT JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = s.source_id AND m.collection = 'orgs' AND m.sourced_id = $1::text
WHERE s.district_id = tenant() AND s.removed_at IS NULL ORDER BY m.sourced_id IS NULL, s.authority, s.source_id LIMIT 1
