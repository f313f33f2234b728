-- Since when the source refuses the new credentials while the old ones serve. No row: it does not. $1 source.
SELECT to_char(max(refused_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') FROM source_credential
WHERE district_id = tenant() AND source_id = $1::uuid AND old_value IS NOT NULL HAVING max(refused_at) IS NOT NULL
