-- People whom an application makes have roles.

SET search_path = rollcall;

-- Roles as an application says them (JSON: role, school, and a source where the school's id is in several), at the schools that sources send;
-- n is a role's place among them. One at a school that nobody sends is missing.
CREATE FUNCTION application_roles(p_roles jsonb) RETURNS TABLE (n bigint, role text, source_id uuid, school_id text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
    SELECT r.n, r.value ->> 'role', k.source_id, k.school_id
    FROM jsonb_array_elements(p_roles) WITH ORDINALITY AS r(value, n)
    CROSS JOIN LATERAL (
        SELECT d.source_id, d.sourced_id AS school_id FROM source s
        JOIN mirror_record d ON d.district_id = tenant() AND d.source_id = s.source_id AND d.collection = 'orgs'
            AND d.sourced_id = r.value ->> 'school' AND d.present AND d.body ->> 'type' = 'school'
        WHERE s.district_id = tenant() AND s.removed_at IS NULL AND s.source_id = coalesce((r.value ->> 'source')::uuid, s.source_id)
        ORDER BY s.authority, s.source_id LIMIT 1) k $$;

-- As 0028 and 0052, with roles.
CREATE OR REPLACE FUNCTION application_make(p_application uuid, p_values jsonb) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE made uuid; today date := (SELECT local_date(d.time_zone) FROM district d WHERE d.district_id = tenant()); roles text;
BEGIN
    IF EXISTS (SELECT FROM account a WHERE a.district_id = tenant() AND a.merged_into IS NULL AND (lower(a.username)
                   = lower(value_text(p_values -> 'username')) OR lower(a.email) = lower(value_text(p_values -> 'email')))) THEN RETURN NULL; END IF;
    INSERT INTO account (district_id, username, given_name, family_name, middle_name, email, phone, sms, identifier, master_id, grades, origin)
    SELECT tenant(), value_text(p_values -> 'username'), value_text(p_values -> 'given_name'), value_text(p_values -> 'family_name'),
        value_text(p_values -> 'middle_name'), value_text(p_values -> 'email'), value_text(p_values -> 'phone'), value_text(p_values -> 'sms'),
        value_text(p_values -> 'identifier'), value_text(p_values -> 'master_id'),
        coalesce(string_to_array(value_text(p_values -> 'grades'), ','), '{}'), 'hand'
    RETURNING account_id INTO made;
    INSERT INTO account_role (district_id, account_id, role, source_id, school_id, began_on)
    SELECT DISTINCT tenant(), made, r.role, r.source_id, r.school_id, today FROM application_roles(p_values -> 'roles') r;
    SELECT string_agg(r.role || '@' || r.source_id || '/' || r.school_id, ',' ORDER BY r.role, r.source_id, r.school_id) INTO roles
    FROM account_role r WHERE r.district_id = tenant() AND r.account_id = made;
    INSERT INTO history (district_id, kind, account_id, new_value, cause, approved, on_date, application_id)
    SELECT tenant(), 'create', made, jsonb_strip_nulls(jsonb_object_agg(e.key, CASE e.key WHEN 'roles' THEN roles ELSE value_text(e.value) END))::text,
        'made by the application', true, today, p_application FROM jsonb_each(p_values) e;
    PERFORM application_tells(p_application, made, 'create', '{}');
    RETURN made;
END $$;

REVOKE ALL ON FUNCTION application_roles(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION application_roles(jsonb) TO rollcall_roster_server;

RESET search_path;
