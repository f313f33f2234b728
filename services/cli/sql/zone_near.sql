SELECT string_agg(name, ', ' ORDER BY name) FROM (
    SELECT name FROM pg_timezone_names
    WHERE name ILIKE '%' || replace($1::text, ' ', '_') || '%' AND name !~ '^(posix|right)/' ORDER BY name LIMIT 5) n
