-- A status about the sender's address (5.1.7, 5.1.8; RFC 3463) bars no member: it is ours to mend.

SET search_path = rollcall;

CREATE OR REPLACE FUNCTION bounce_is_hard(p_status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_status ~ '^5\.(1\.([1-36]|10)|2\.1|4\.4)$', false) $$;

RESET search_path;
