-- Roles that the new list no longer holds end with today's date. $1 today.
UPDATE account_role r SET ended_on = $1::date
FROM plan_go g WHERE g.kind = 'update' AND g.field = 'roles' AND r.district_id = tenant()
    AND r.account_id = g.account_id AND r.ended_on IS NULL
  AND NOT (r.role || '@' || r.source_id || '/' || r.school_id) = ANY
      (string_to_array(coalesce(g.new_value, ''), ','))
