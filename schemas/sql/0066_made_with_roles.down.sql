SET search_path = rollcall;

-- Whom an application made keeps the roles that they have.
CREATE OR REPLACE FUNCTION application_make(p_application uuid, p_values jsonb) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE made uuid;
BEGIN
    IF EXISTS (SELECT FROM account a WHERE a.district_id = tenant() AND a.merged_into IS NULL AND (lower(a.username)
                   = lower(value_text(p_values -> 'username')) OR lower(a.email) = lower(value_text(p_values -> 'email')))) THEN RETURN NULL; END IF;
    INSERT INTO account (district_id, username, given_name, family_name, middle_name, email, phone, sms, identifier, master_id, grades, origin)
    SELECT tenant(), value_text(p_values -> 'username'), value_text(p_values -> 'given_name'), value_text(p_values -> 'family_name'),
        value_text(p_values -> 'middle_name'), value_text(p_values -> 'email'), value_text(p_values -> 'phone'), value_text(p_values -> 'sms'),
        value_text(p_values -> 'identifier'), value_text(p_values -> 'master_id'),
        coalesce(string_to_array(value_text(p_values -> 'grades'), ','), '{}'), 'hand'
    RETURNING account_id INTO made;
    INSERT INTO history (district_id, kind, account_id, new_value, cause, approved, on_date, application_id)
    SELECT tenant(), 'create', made, (SELECT jsonb_object_agg(e.key, value_text(e.value)) FROM jsonb_each(p_values) e)::text,
        'made by the application', true, local_date(d.time_zone), p_application FROM district d WHERE d.district_id = tenant();
    PERFORM application_tells(p_application, made, 'create', '{}');
    RETURN made;
END $$;
DROP FUNCTION application_roles(jsonb);
RESET search_path;
