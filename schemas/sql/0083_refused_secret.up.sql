-- That the source refuses a new secret while the old one serves stood in a log alone: whoever then withdrew the old one cut the source off.
SET search_path = rollcall;

ALTER TABLE source_credential ADD COLUMN refused_at timestamptz;  -- the new one, last, while the old one served; NULL: not yet tried or worked

-- The new credentials were refused, as they stood at p_read_at, and the old ones serve.
CREATE FUNCTION credential_refused(p_source uuid, p_read_at timestamptz) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
    WITH said AS (
        UPDATE source_credential SET refused_at = now()
        WHERE district_id = tenant() AND source_id = p_source AND old_value IS NOT NULL AND set_at <= p_read_at RETURNING 1)
    SELECT EXISTS (SELECT FROM said) $$;
REVOKE EXECUTE ON FUNCTION credential_refused(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credential_refused(uuid, timestamptz) TO rollcall_fetcher;

RESET search_path;
