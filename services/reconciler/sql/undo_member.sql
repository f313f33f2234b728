-- $1 account, $2 membership 'class:<source>:<class>:<role>', $3 'join' or 'end', $4 the version that
-- was left, $5 act or NULL: a run's, $6 what an act, which is a merge then, found (merge_members).
WITH moved AS (
    UPDATE membership h SET
        ended_on = CASE WHEN CASE WHEN $5::uuid IS NULL THEN $3 = 'join' ELSE $6::text IS NULL END
            THEN coalesce(h.ended_on, (SELECT local_date(time_zone) FROM district
                WHERE district_id = tenant())) END,
        origin = CASE WHEN $5::uuid IS NULL OR $6::text = 'on' THEN h.origin ELSE 'roster' END,
        version = h.version + 1
    FROM user_list u
    WHERE h.district_id = tenant() AND h.account_id = $1::uuid AND u.district_id = tenant()
        AND u.list_id = h.list_id
      AND list_is_named(u, h.role, $2)
          AND h.version = $4::bigint RETURNING h.account_id)
UPDATE account a SET version = a.version + 1 FROM moved WHERE a.district_id = tenant()
    AND a.account_id = moved.account_id
