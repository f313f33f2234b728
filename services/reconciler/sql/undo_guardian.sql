-- As undo_member, for a guardianship: the guardian's account, or its record by its link of now. Of
-- an act, who was joined had been no guardian by anybody's hand.
WITH who AS (SELECT CASE WHEN $2 LIKE 'guardian:a:%' THEN substr($2, 12)::uuid
                         ELSE (SELECT l.account_id FROM account_link l
                             WHERE l.district_id = tenant() AND $2 LIKE 'guardian:r:%'
                                   AND l.source_id = substr($2, 12, 36)::uuid
                                       AND l.sourced_id = substr($2, 49)) END AS guardian_id),
moved AS (
    UPDATE guardianship h SET ended_on = CASE WHEN $3 = 'join' THEN (SELECT local_date(time_zone)
        FROM district WHERE district_id = tenant()) END,
        origin = CASE WHEN $5::uuid IS NOT NULL AND $3 = 'join' THEN 'roster' ELSE h.origin END,
        version = h.version + 1
    FROM who WHERE h.district_id = tenant() AND h.student_id = $1::uuid
        AND h.guardian_id = who.guardian_id AND h.version = $4::bigint
    RETURNING h.student_id)
UPDATE account a SET version = a.version + 1 FROM moved WHERE a.district_id = tenant()
    AND a.account_id = moved.student_id
