-- How well a run ended, in the words that are the same everywhere.
SELECT CASE WHEN EXISTS (SELECT FROM finding f WHERE f.run_id = $1::uuid
    AND f.severity = 'error') THEN 'Completed with errors'
            WHEN EXISTS (SELECT FROM finding f WHERE f.run_id = $1::uuid)
              OR EXISTS (SELECT FROM run_collection c WHERE c.run_id = $1::uuid
                  AND c.sealed IS NOT TRUE) THEN 'Completed with warnings'
            ELSE 'Completed' END
