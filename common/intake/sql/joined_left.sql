SELECT file, count(*), min(line) FROM upload_joined GROUP BY file ORDER BY file
