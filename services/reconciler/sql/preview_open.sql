-- The first change of settings that somebody asks about.
SELECT preview_id::text, changes::text FROM preview
WHERE district_id = tenant() AND done_at IS NULL ORDER BY preview_id LIMIT 1
