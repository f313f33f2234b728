-- The first sync may make people beside those that the application had, to be merged later; and people whom a person adds by hand.

SET search_path = rollcall;

ALTER TABLE account ADD COLUMN beside boolean NOT NULL DEFAULT false; -- was there before a first sync that made people beside: no student's record is matched to it

-- People whom a person added: who, why, until when. A source's record that matches joins them; no source archives whom it never carried.
CREATE TABLE hand_person (
    district_id uuid NOT NULL,
    account_id uuid NOT NULL,
    reason text NOT NULL,
    set_by text NOT NULL, set_at timestamptz NOT NULL DEFAULT now(),
    until date,                                 -- the first day without them, while they follow no record; NULL: for good
    PRIMARY KEY (district_id, account_id),
    FOREIGN KEY (district_id, account_id) REFERENCES account (district_id, account_id)
);
ALTER TABLE hand_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE hand_person FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON hand_person USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT ON hand_person TO rollcall_reconciler;
GRANT SELECT ON hand_person TO rollcall_cli, rollcall_notifier;

-- A wish to undo that was shown before it was said: exactly what was shown is taken back, or less.
ALTER TABLE undo ADD COLUMN hash text;          -- of what was shown; NULL: nothing was
ALTER TABLE undo ADD COLUMN up_to bigint;       -- the last entry of the history that was shown; NULL: all
ALTER TABLE undo ADD COLUMN leaves bigint[] NOT NULL DEFAULT '{}'; -- entries that were shown to stay, since others had moved them

-- What an entry of the history is about: entries about one thing move one version.
CREATE FUNCTION undo_thing(h history) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN h.kind = 'update' THEN 'field ' || h.field WHEN h.kind IN ('join', 'end') THEN h.field
                WHEN h.kind IN ('link', 'move') THEN h.kind || ' ' || h.node ELSE 'status' END $$;

-- Is an entry part of what is to be taken back: of a run or an act, of one entry or one pair of a merge alone?
CREATE FUNCTION undo_meant(h history, p_run uuid, p_act uuid, p_history bigint, p_pair text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT h.undone_at IS NULL AND (coalesce(h.run_id = p_run, false) OR coalesce(h.act_id = p_act, false))
       AND h.history_id = coalesce(p_history, h.history_id) AND h.evidence = coalesce(p_pair, h.evidence) $$;

-- The version that the thing of an entry has now; of a link, which has none, 0 where it stands. NULL: it is not there.
CREATE FUNCTION undo_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE
        WHEN h.kind = 'update' THEN (SELECT coalesce((a.field_versions ->> h.field)::bigint, 0) FROM account a
            WHERE a.district_id = tenant() AND a.account_id = h.account_id)
        WHEN h.kind IN ('link', 'move') THEN (SELECT 0 FROM account_link l WHERE l.district_id = tenant() AND l.account_id = h.account_id
            AND l.source_id = split_part(h.node, ':', 2)::uuid AND l.sourced_id = substr(h.node, 40))
        WHEN h.field LIKE 'class:%' THEN (SELECT m.version FROM membership m JOIN user_list u ON u.district_id = tenant() AND u.list_id = m.list_id
            WHERE m.district_id = tenant() AND m.account_id = h.account_id AND 'class:' || u.source_id || ':' || u.class_id || ':' || m.role = h.field)
        WHEN h.field LIKE 'guardian:a:%' THEN (SELECT g.version FROM guardianship g
            WHERE g.district_id = tenant() AND g.student_id = h.account_id AND g.guardian_id = substr(h.field, 12)::uuid)
        WHEN h.field LIKE 'guardian:r:%' THEN (SELECT g.version FROM account_link l JOIN guardianship g ON g.district_id = tenant() AND g.guardian_id = l.account_id
            WHERE l.district_id = tenant() AND l.source_id = substr(h.field, 12, 36)::uuid AND l.sourced_id = substr(h.field, 49) AND g.student_id = h.account_id)
        ELSE (SELECT a.status_version FROM account a WHERE a.district_id = tenant() AND a.account_id = h.account_id) END $$;

-- What an undo finds: the version that each entry must meet when its turn comes, newest first, whether it will, and who moved it last if not. What came
-- later and was taken back is no change of anybody's: it moved the version twice.
CREATE FUNCTION undo_entries(p_run uuid, p_act uuid, p_history bigint, p_pair text)
RETURNS TABLE (history_id bigint, expected bigint, stands boolean, moved_by text) LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT h.history_id, h.version_after + 2 * (l.back + l.own),
        coalesce(CASE WHEN h.kind IN ('link', 'move') THEN undo_version(h) = 0 ELSE undo_version(h) = h.version_after + 2 * l.back + l.own END, false),
        CASE WHEN z.act_id IS NOT NULL THEN 'act ' || z.act_id WHEN z.application_id IS NOT NULL THEN 'application ' || z.application_id
             WHEN z.run_id IS NOT NULL THEN 'run ' || z.run_id ELSE 'somebody' END
    FROM history h
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE t.undone_at IS NOT NULL) AS back,
               count(*) FILTER (WHERE undo_meant(t, p_run, p_act, p_history, p_pair)) AS own,
               max(t.history_id) FILTER (WHERE t.undone_at IS NULL AND NOT undo_meant(t, p_run, p_act, p_history, p_pair)) AS last
        FROM history t WHERE t.district_id = tenant() AND t.account_id = h.account_id AND t.history_id > h.history_id
          AND undo_thing(t) = undo_thing(h)) l
    LEFT JOIN history z ON z.district_id = tenant() AND z.history_id = l.last
    WHERE h.district_id = tenant() AND (h.run_id = p_run OR h.act_id = p_act) AND undo_meant(h, p_run, p_act, p_history, p_pair) $$;
GRANT EXECUTE ON FUNCTION undo_thing(history), undo_meant(history, uuid, uuid, bigint, text), undo_version(history), undo_entries(uuid, uuid, bigint, text)
    TO rollcall_cli, rollcall_reconciler;

RESET search_path;
