-- Whom a mail concerns: members with named schools are told at once of what is about these, and operators of what no owner can mend.

SET search_path = rollcall;

-- An 'operator' is mailed of what is wrong with the mails themselves, at the addresses that the notifier is configured with.
ALTER TABLE member DROP CONSTRAINT member_role_check;
ALTER TABLE member ADD CONSTRAINT member_role_check CHECK (role IN ('owner', 'district manager', 'school administrator', 'viewer',
    'integration specialist', 'it contact', 'recipient', 'operator'));

-- Operators stand among the members whom a mail goes to, added when the first one does; an address that is a member already stays what it is.
-- p_addresses: parted by commas.
CREATE FUNCTION operators_add(p_addresses text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
    INSERT INTO member (district_id, email, role, digest)
    SELECT tenant(), trim(e), 'operator', 'off' FROM regexp_split_to_table(p_addresses, ',') e WHERE trim(e) <> ''
    ON CONFLICT (district_id, lower(email)) WHERE removed_at IS NULL DO NOTHING $$;

-- The schools that a member sees, by their SIS ids; NULL: all. A school administrator sees named ones alone.
CREATE FUNCTION member_schools(p_member uuid) RETURNS text[] LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT coalesce((SELECT array_agg(s.school_id) FROM member_scope s WHERE s.district_id = tenant() AND s.member_id = p_member),
                    CASE WHEN m.role = 'school administrator' THEN '{}'::text[] END)
    FROM member m WHERE m.district_id = tenant() AND m.member_id = p_member $$;

-- Is what became of a run about the schools of a member? A failed one is about all that its source has. NULL: about the whole district.
CREATE FUNCTION run_concerns(p_run uuid, p_member uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE WHEN s.schools IS NULL OR p_run IS NULL THEN true
        WHEN r.state = 'Failed' THEN EXISTS (SELECT FROM member_scope x
            WHERE x.district_id = tenant() AND x.member_id = p_member AND x.source_id = r.source_id)
        WHEN r.state = 'On hold' THEN EXISTS (SELECT FROM plan p JOIN decided_item i USING (district_id, plan_id)
            WHERE p.district_id = tenant() AND p.run_id = p_run AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> '' AND i.decision IS NULL
              AND i.school = ANY (s.schools))
        ELSE EXISTS (SELECT FROM history h WHERE h.district_id = tenant() AND h.run_id = p_run AND h.school = ANY (s.schools)) END
    FROM (SELECT member_schools(p_member) AS schools) s LEFT JOIN run r ON r.district_id = tenant() AND r.run_id = p_run $$;

REVOKE ALL ON FUNCTION operators_add(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operators_add(text), run_concerns(uuid, uuid) TO rollcall_notifier;
GRANT EXECUTE ON FUNCTION member_schools(uuid) TO rollcall_notifier, rollcall_cli;

RESET search_path;
