-- The directory as it is, or as it was at the end of a day. $1 date or NULL: now; $2 role; $3 school, its SIS id; $4 status; $5 limit.
-- What was applied or taken back after that day is read backwards: the first such event of a field holds the value of before.
WITH district_zone AS (SELECT time_zone FROM district WHERE district_id = tenant()),
events AS (
    SELECT h.account_id, h.kind, h.field, h.old_value AS before, h.on_date AS day, h.history_id AS place
    FROM history h WHERE h.district_id = tenant() AND h.on_date > $1::date
    UNION ALL
    SELECT h.account_id, h.kind, h.field, CASE h.kind WHEN 'create' THEN 'active' WHEN 'merge' THEN 'archived' ELSE h.new_value END,
           (h.undone_at AT TIME ZONE z.time_zone)::date, h.history_id
    FROM history h, district_zone z
    WHERE h.district_id = tenant() AND h.on_date <= $1::date AND (h.undone_at AT TIME ZONE z.time_zone)::date > $1::date),
first_events AS (
    SELECT DISTINCT ON (account_id, field) account_id, CASE kind WHEN 'update' THEN field ELSE 'status' END AS field, before
    FROM events WHERE kind IN ('update', 'archive', 'restore', 'create', 'merge') ORDER BY account_id, field, day, place),
past AS (SELECT account_id, jsonb_object_agg(field, before) AS was FROM first_events GROUP BY account_id),
began AS (SELECT account_id, min(on_date) AS day FROM history WHERE district_id = tenant() AND kind = 'create' GROUP BY account_id),
people AS (
    SELECT a.account_id,
        CASE WHEN p.was ? 'status' THEN p.was ->> 'status' ELSE a.status END AS status,
        CASE WHEN p.was ? 'given_name' THEN p.was ->> 'given_name' ELSE a.given_name END AS given_name,
        CASE WHEN p.was ? 'family_name' THEN p.was ->> 'family_name' ELSE a.family_name END AS family_name,
        CASE WHEN p.was ? 'username' THEN p.was ->> 'username' ELSE a.username END AS username,
        CASE WHEN p.was ? 'email' THEN p.was ->> 'email' ELSE a.email END AS email,
        CASE WHEN p.was ? 'grades' THEN p.was ->> 'grades' ELSE array_to_string(a.grades, ',') END AS grades
    FROM account a CROSS JOIN district_zone z
    LEFT JOIN past p ON p.account_id = a.account_id
    LEFT JOIN began b ON b.account_id = a.account_id
    WHERE a.district_id = tenant() AND coalesce(coalesce(b.day, (a.created_at AT TIME ZONE z.time_zone)::date) <= $1::date, true))
SELECT q.account_id, q.status, q.given_name, q.family_name, q.username, q.email, q.grades, r.roles,
       (SELECT string_agg(l.sourced_id, ', ' ORDER BY l.sourced_id) FROM account_link l WHERE l.district_id = tenant() AND l.account_id = q.account_id)
FROM people q
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT r.role || ' at ' || coalesce(o.body ->> 'name', nullif(r.school_id, ''), 'the district'), ', ') AS roles,
           bool_or(r.role = $2::text) AS has_role, bool_or(r.school_id = $3::text) AS has_school
    FROM account_role r
    LEFT JOIN mirror_record o ON o.district_id = tenant() AND o.source_id = r.source_id AND o.collection = 'orgs' AND o.sourced_id = r.school_id
    WHERE r.district_id = tenant() AND r.account_id = q.account_id
      AND CASE WHEN $1::date IS NULL THEN r.ended_on IS NULL ELSE r.began_on <= $1::date AND coalesce(r.ended_on > $1::date, true) END) r ON true
WHERE ($2::text IS NULL OR r.has_role) AND ($3::text IS NULL OR r.has_school) AND q.status = coalesce($4::text, q.status)
ORDER BY q.family_name, q.given_name, q.account_id LIMIT $5::bigint
