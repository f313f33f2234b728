-- Whom a person must say about: records that may belong to an account, and the answers.

SET search_path = rollcall;

-- A record that may be an account's, for a person to say. Made by plans for whom they decide; it goes with the plan that asks it no more.
CREATE TABLE match_question (
    district_id uuid NOT NULL,
    row_no bigint NOT NULL,                     -- of the record in the mirror
    account_id uuid NOT NULL,
    why text NOT NULL CHECK (why IN ('not sure', 'several accounts', 'several records', 'older value', 'no longer agree')),
    rule text NOT NULL,                         -- the heaviest that finds the account, as the setting matching has it; '' where none does
    confidence int NOT NULL,                    -- its weight
    basis bigint NOT NULL,                      -- digest of the values that an answer would rest on
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, row_no, account_id),
    FOREIGN KEY (district_id) REFERENCES district
);

-- What a person said of a record and an account. It holds while the values it rests on are as they were (P7), and stays until it is taken back.
CREATE TABLE match_answer (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    sourced_id text NOT NULL,
    account_id uuid NOT NULL,
    accepted boolean NOT NULL,                  -- the same person; false: another one
    why text NOT NULL, rule text NOT NULL, confidence int NOT NULL, basis bigint NOT NULL, -- of the question
    said_by text NOT NULL, said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, source_id, sourced_id, account_id),
    FOREIGN KEY (district_id) REFERENCES district
);
CREATE UNIQUE INDEX match_answer_accepted ON match_answer (district_id, source_id, sourced_id) WHERE accepted;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['match_question', 'match_answer'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;

-- An answer that is given, changed or taken back moves the versions of both (P1).
CREATE FUNCTION match_answer_touches() RETURNS trigger LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE r match_answer := coalesce(new, old);
BEGIN
    PERFORM node_touch('r:' || r.source_id || ':' || r.sourced_id), node_touch('a:' || r.account_id);
    RETURN NULL;
END $$;
CREATE TRIGGER match_answer_touches AFTER INSERT OR UPDATE OR DELETE ON match_answer FOR EACH ROW EXECUTE FUNCTION match_answer_touches();

-- A record leaves the account it followed: somebody said that it is another person. The next plan decides about it anew.
CREATE FUNCTION match_part(p_source uuid, p_sourced text, p_account uuid) RETURNS boolean LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
BEGIN
    DELETE FROM account_link l WHERE l.district_id = tenant() AND l.source_id = p_source AND l.sourced_id = p_sourced AND l.account_id = p_account;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO history (district_id, kind, account_id, node, old_value, cause, approved, on_date)
    SELECT tenant(), 'unlink', p_account, 'r:' || p_source || ':' || p_sourced, 'r:' || p_source || ':' || p_sourced, 'no longer agree', true,
        local_date(d.time_zone) FROM district d WHERE d.district_id = tenant();
    RETURN true;
END $$;

-- Answers a question of the list; whether the record left its account by it. The caller holds the district's lock. A record is one person's:
-- a later yes goes before an earlier one. No row: nobody asked.
CREATE FUNCTION match_say(p_row bigint, p_account uuid, p_accepted boolean, p_by text) RETURNS TABLE (parted boolean) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE q match_question; m mirror_record;
BEGIN
    DELETE FROM match_question x WHERE x.district_id = tenant() AND x.row_no = p_row AND x.account_id = p_account RETURNING x.* INTO q;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT x.* INTO STRICT m FROM mirror_record x WHERE x.district_id = tenant() AND x.row_no = p_row;
    IF p_accepted THEN
        DELETE FROM match_answer x WHERE x.district_id = tenant() AND x.source_id = m.source_id AND x.sourced_id = m.sourced_id
            AND x.accepted AND x.account_id <> p_account;
    END IF;
    INSERT INTO match_answer AS x (district_id, source_id, sourced_id, account_id, accepted, why, rule, confidence, basis, said_by)
    VALUES (tenant(), m.source_id, m.sourced_id, p_account, p_accepted, q.why, q.rule, q.confidence, q.basis, p_by)
    ON CONFLICT (district_id, source_id, sourced_id, account_id) DO UPDATE SET accepted = excluded.accepted, why = excluded.why,
        rule = excluded.rule, confidence = excluded.confidence, basis = excluded.basis, said_by = excluded.said_by, said_at = now();
    RETURN QUERY SELECT NOT p_accepted AND match_part(m.source_id, m.sourced_id, p_account);
END $$;

-- Takes an answer back; whether there was one.
CREATE FUNCTION match_unsay(p_source uuid, p_sourced text, p_account uuid) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    DELETE FROM match_answer x WHERE x.district_id = tenant() AND x.source_id = p_source AND x.sourced_id = p_sourced AND x.account_id = p_account;
    RETURN FOUND;
END $$;
-- Records that are asked about, by their ids in the source and the schools of their roles, for who may not read the mirror.
CREATE FUNCTION match_asked() RETURNS TABLE (row_no bigint, sourced_id text, schools text[], asked_at timestamptz) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
    SELECT m.row_no, m.sourced_id, ARRAY(SELECT r ->> 'org' FROM jsonb_array_elements(m.body -> 'roles') r), q.asked_at
    FROM (SELECT x.row_no, min(x.asked_at) AS asked_at FROM match_question x WHERE x.district_id = tenant() GROUP BY x.row_no) q
    JOIN mirror_record m ON m.district_id = tenant() AND m.row_no = q.row_no $$;
REVOKE ALL ON FUNCTION match_asked(), match_part(uuid, text, uuid), match_say(bigint, uuid, boolean, text), match_unsay(uuid, text, uuid) FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE, DELETE ON match_question TO rollcall_reconciler;
GRANT SELECT ON match_answer TO rollcall_reconciler;
GRANT SELECT ON match_question, match_answer TO rollcall_cli;
GRANT EXECUTE ON FUNCTION match_asked() TO rollcall_cli, rollcall_notifier;
-- The whole system's screen counts over all districts; no person's data stands there.
CREATE POLICY all_districts_rollcall_cli ON match_question FOR SELECT TO rollcall_cli USING (true);
GRANT EXECUTE ON FUNCTION match_say(bigint, uuid, boolean, text), match_unsay(uuid, text, uuid) TO rollcall_cli;

RESET search_path;
