-- $1 account, $2 membership 'class:<source>:<class>:<role>', $3 'join' or 'end', $4 the version the
-- run left.
WITH moved AS (
    UPDATE membership h SET ended_on = CASE WHEN $3 = 'join' THEN (SELECT local_date(time_zone)
        FROM district WHERE district_id = tenant()) END,
        version = h.version + 1
    FROM user_list u
    WHERE h.district_id = tenant() AND h.account_id = $1::uuid AND u.district_id = tenant()
        AND u.list_id = h.list_id
      AND list_is_named(u, h.role, $2)
          AND h.version = $4::bigint RETURNING h.account_id)
UPDATE account a SET version = a.version + 1 FROM moved WHERE a.district_id = tenant()
    AND a.account_id = moved.account_id
