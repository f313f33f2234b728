UPDATE account_role r SET ended_on = NULL
WHERE r.district_id = tenant() AND r.account_id = $1::uuid
  AND (r.role || '@' || r.source_id || '/' || r.school_id) = ANY (string_to_array(coalesce($2, ''),
      ','))
