-- What the mirror adds: the keys by which a person is found, made in one place, and the reconciler's right to take back findings of pages
-- that turned out not to count.

SET search_path = rollcall;

-- The matching keys of a users record's canonical body (P1, P2). 'person:' joins several records of one adult: same name, e-mail and phone,
-- at least one of the last two not empty; students join with nobody that way.
CREATE FUNCTION match_keys(body jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT k.key FROM (
        SELECT lower(btrim(coalesce(body ->> 'email', ''))) AS email,
               regexp_replace(coalesce(body ->> 'phone', ''), '\D', '', 'g') AS phone,
               lower(btrim(coalesce(body ->> 'username', ''))) AS username,
               lower(btrim(coalesce(body ->> 'identifier', ''))) AS identifier,
               lower(btrim(coalesce(body ->> 'givenName', ''))) AS given, lower(btrim(coalesce(body ->> 'familyName', ''))) AS family,
               jsonb_path_exists(body, '$.roles[*] ? (@.role == "student")') AS student) b,
    LATERAL (VALUES (CASE WHEN b.email || b.phone <> '' AND NOT b.student
                          THEN 'person:' || b.given || '|' || b.family || '|' || b.email || '|' || b.phone END),
                    ('email:' || nullif(b.email, '')), ('username:' || nullif(b.username, '')),
                    ('identifier:' || nullif(b.identifier, ''))) AS k (key)
    WHERE k.key IS NOT NULL $$;

GRANT DELETE ON finding TO rollcall_reconciler;
GRANT EXECUTE ON FUNCTION match_keys(jsonb) TO rollcall_reconciler, rollcall_cli;

RESET search_path;
