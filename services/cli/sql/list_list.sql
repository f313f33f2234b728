-- $1 school's id or NULL, $2 those that are over too, $3 limit.
SELECT u.title, u.school_id, (SELECT string_agg(coalesce(m.body ->> 'title', t), ', ' ORDER BY m.body ->> 'startDate', t)
           FROM unnest(u.terms) t LEFT JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = u.source_id
               AND m.collection = 'academicSessions' AND m.sourced_id = t),
       array_to_string(u.grades, ', '), count(h.account_id) FILTER (WHERE h.ended_on IS NULL),
       count(h.account_id) FILTER (WHERE h.ended_on IS NULL AND h.origin = 'hand'), u.ended_on, u.named_by, u.class_code, u.class_id, s.name, u.list_id
FROM user_list u JOIN source s ON s.district_id = tenant() AND s.source_id = u.source_id
LEFT JOIN membership h ON h.district_id = tenant() AND h.list_id = u.list_id
WHERE u.district_id = tenant() AND u.school_id IS NOT DISTINCT FROM coalesce($1::text, u.school_id) AND ($2::boolean OR u.ended_on IS NULL)
GROUP BY u.district_id, u.list_id, s.name
ORDER BY u.ended_on IS NOT NULL, u.school_id, u.title, u.list_id LIMIT $3::bigint
