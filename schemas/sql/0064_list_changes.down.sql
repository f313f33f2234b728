SET search_path = rollcall;

DROP INDEX outbox_first;
CREATE INDEX outbox_first ON outbox (district_id, outbox_id) WHERE topic <> 'roster.changed';

DROP TRIGGER list_made_told ON user_list;
DROP TRIGGER list_moved_told ON user_list;
DROP TRIGGER members_made_told ON membership;
DROP TRIGGER members_moved_told ON membership;
DROP FUNCTION list_made_told(), list_moved_told(), members_made_told(), members_moved_told(), list_event(uuid, uuid, text, text[]),
    list_view(user_list);
-- Nobody of before knows of lists. Who stands behind one of these positions is sent to a resync.
ALTER TABLE change NO FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;
DELETE FROM change WHERE list_id IS NOT NULL;
DELETE FROM outbox WHERE topic = 'list.changed';
ALTER TABLE change FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE change DROP CONSTRAINT change_about;
ALTER TABLE change DROP COLUMN list_id;
ALTER TABLE change ALTER COLUMN account_id SET NOT NULL;
CREATE OR REPLACE FUNCTION outbox_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE d record; head bigint;
BEGIN
    FOR d IN SELECT x.district_id, count(*) AS n FROM added x WHERE x.topic = 'roster.changed' AND x.data ? 'account' GROUP BY 1 LOOP
        INSERT INTO change_head AS h (district_id, position) VALUES (d.district_id, d.n)
        ON CONFLICT (district_id) DO UPDATE SET position = h.position + excluded.position RETURNING h.position INTO head;
        INSERT INTO change (district_id, position, outbox_id, account_id, data)
        SELECT d.district_id, head - d.n + row_number() OVER (ORDER BY x.outbox_id), x.outbox_id, (x.data ->> 'account')::uuid, x.data
        FROM added x WHERE x.district_id = d.district_id AND x.topic = 'roster.changed' AND x.data ? 'account';
    END LOOP;
    RETURN NULL;
END $$;
RESET search_path;
