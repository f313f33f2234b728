-- The roles as they were: $1 account, $2 the roles text of before.
UPDATE account_role r SET ended_on = (SELECT local_date(time_zone) FROM district
    WHERE district_id = tenant())
WHERE r.district_id = tenant() AND r.account_id = $1::uuid AND r.ended_on IS NULL
  AND NOT (r.role || '@' || r.source_id || '/' || r.school_id) = ANY (string_to_array(coalesce($2,
      ''), ','))
