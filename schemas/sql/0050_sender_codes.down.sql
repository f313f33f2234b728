SET search_path = rollcall;
CREATE OR REPLACE FUNCTION bounce_is_hard(p_status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_status ~ '^5\.(1\.\d+|2\.1|4\.4)$', false) $$;
RESET search_path;
