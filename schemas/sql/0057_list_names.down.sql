-- Every list's name is made at every planning.
SET search_path = rollcall;

DROP TABLE list_naming;
ALTER TABLE user_list DROP COLUMN called;
ALTER TABLE source DROP COLUMN moved_version;

-- A field of a list's name. NULL: the class says nothing of it.
CREATE FUNCTION class_list_field(p_field text, p_source uuid, p_class text, p_body jsonb) RETURNS text LANGUAGE sql STABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT CASE p_field
        WHEN 'class' THEN coalesce(p_body ->> 'title', p_body ->> 'classCode', p_class)
        WHEN 'class-code' THEN p_body ->> 'classCode'
        WHEN 'period' THEN texts_joined(p_body -> 'periods')
        WHEN 'grade' THEN texts_joined(p_body -> 'grades')
        WHEN 'course' THEN (SELECT m.body ->> 'title' FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = p_source
            AND m.collection = 'courses' AND m.sourced_id = p_body ->> 'course')
        WHEN 'course-code' THEN (SELECT m.body ->> 'courseCode' FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = p_source
            AND m.collection = 'courses' AND m.sourced_id = p_body ->> 'course')
        WHEN 'school' THEN (SELECT m.body ->> 'name' FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = p_source
            AND m.collection = 'orgs' AND m.sourced_id = p_body ->> 'school')
        WHEN 'term' THEN (SELECT string_agg(m.body ->> 'title', ', ' ORDER BY m.body ->> 'startDate', m.sourced_id) FROM mirror_record m
            WHERE m.district_id = tenant() AND m.source_id = p_source AND m.collection = 'academicSessions' AND p_body -> 'terms' ? m.sourced_id)
        WHEN 'teacher' THEN (SELECT u.body ->> 'familyName' FROM mirror_record e JOIN mirror_record u ON u.district_id = tenant()
                AND u.source_id = p_source AND u.collection = 'users' AND u.sourced_id = e.user_ref AND u.present
            WHERE e.district_id = tenant() AND e.source_id = p_source AND e.class_ref = p_class AND e.collection = 'enrollments' AND e.present
                AND e.body ->> 'role' = 'teacher'
            ORDER BY e.body ->> 'primary' = 'true' DESC NULLS LAST, u.body ->> 'familyName', u.sourced_id LIMIT 1)
        END $$;

-- What a class's list is called: the setting's text with its fields filled in, without what empty ones leave behind, at most 200 characters.
CREATE FUNCTION class_list_name(p_name text, p_source uuid, p_class text, p_body jsonb) RETURNS text LANGUAGE sql STABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT coalesce(nullif(btrim(left(regexp_replace(regexp_replace(
            string_agg(coalesce(w.m[2], class_list_field(w.m[1], p_source, p_class, p_body), ''), '' ORDER BY w.n),
            '\(\s*\)|\[\s*\]', '', 'g'), '\s+', ' ', 'g'), 200), ' ,;:/|-'), ''),
        class_list_field('class', p_source, p_class, p_body))
    FROM regexp_matches(p_name, '\{([a-z-]+)\}|([^{]+)', 'g') WITH ORDINALITY AS w(m, n) $$;
GRANT EXECUTE ON FUNCTION class_list_field(text, uuid, text, jsonb), class_list_name(text, uuid, text, jsonb) TO rollcall_reconciler;

RESET search_path;
