-- Files of certificates that sources are trusted by, over all districts.
SELECT DISTINCT ca_file FROM source WHERE removed_at IS NULL AND ca_file <> '' ORDER BY ca_file
