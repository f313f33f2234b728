-- Files of certificates that sources and webhooks are trusted by, over all districts.
SELECT ca_file FROM source WHERE removed_at IS NULL AND ca_file <> '' UNION SELECT ca_file FROM webhook WHERE ca_file IS NOT NULL ORDER BY ca_file
