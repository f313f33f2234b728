UPDATE run_collection SET sealed = $3::boolean, reason = nullif($4, '')
WHERE run_id = $1::uuid AND collection = $2 AND (sealed IS DISTINCT FROM $3::boolean
    OR reason IS DISTINCT FROM nullif($4, ''))
