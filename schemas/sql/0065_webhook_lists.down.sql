SET search_path = rollcall;

-- A message about lists that is on its way, and those in the ledger: nobody of before knows of them.
ALTER TABLE webhook NO FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery NO FORCE ROW LEVEL SECURITY;
UPDATE webhook w SET open_id = NULL, resync = true FROM webhook_delivery d
WHERE d.district_id = w.district_id AND d.delivery_id = w.open_id AND d.kind = 'lists';
DELETE FROM webhook_delivery WHERE kind = 'lists';
ALTER TABLE webhook_delivery FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery DROP CONSTRAINT webhook_delivery_kind_check;
ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_kind_check CHECK (kind IN ('changes', 'resync', 'test'));
CREATE OR REPLACE FUNCTION webhook_next(p_application uuid, p_take uuid, p_lease interval, p_batch int) RETURNS uuid LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE w webhook; d webhook_delivery; head bigint;
BEGIN
    UPDATE webhook SET lease_until = now() + p_lease
    WHERE district_id = tenant() AND application_id = p_application AND take = p_take RETURNING * INTO w;
    IF NOT FOUND OR NOT webhook_granted(tenant(), p_application) THEN RETURN NULL; END IF;
    IF w.test_id IS NOT NULL THEN RETURN w.test_id; END IF;
    IF w.state = 'paused' OR w.due_at > now() THEN RETURN NULL; END IF;
    head := coalesce((SELECT position FROM change_head WHERE district_id = tenant()), 0);
    SELECT x.* INTO d FROM webhook_delivery x WHERE x.district_id = tenant() AND x.delivery_id = w.open_id;
    IF w.resync THEN RETURN webhook_resyncs(p_application, w.open_id, head); END IF;
    IF d.kind = 'resync' THEN RETURN d.delivery_id; END IF;
    IF d.delivery_id IS NULL THEN
        IF head = w.position THEN RETURN NULL; END IF;
        d.first_position := w.position + 1;
        d.last_position := least(head, w.position + p_batch);
    END IF;
    -- Behind our position the feed cannot end, unless the database came back from a backup.
    IF head < w.position OR NOT webhook_reaches(d.first_position, d.last_position) THEN
        RETURN webhook_resyncs(p_application, w.open_id, head);
    END IF;
    RETURN coalesce(d.delivery_id, webhook_opens(p_application, 'changes', d.first_position, d.last_position));
END $$;
DROP FUNCTION webhook_drops(uuid, webhook_delivery), webhook_stretch(uuid, bigint, bigint, int), webhook_tells_lists(uuid);
RESET search_path;
