-- Webhooks tell of lists too, in messages of their own, to applications that may read them.

SET search_path = rollcall;

ALTER TABLE webhook_delivery DROP CONSTRAINT webhook_delivery_kind_check;
ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_kind_check CHECK (kind IN ('changes', 'lists', 'resync', 'test'));

-- May the application be told of the district's lists?
CREATE FUNCTION webhook_tells_lists(p_application uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT EXISTS (SELECT FROM application_grant g
        WHERE g.district_id = tenant() AND g.application_id = p_application AND 'lists' = ANY (g.reads)) $$;

-- The stretch of the feed that a message tells next: of one kind, beyond p_after, at most p_batch long. Lists that the application may not
-- read are passed over. kind NULL: there is nothing to tell up to p_head.
CREATE FUNCTION webhook_stretch(p_application uuid, p_after bigint, p_head bigint, p_batch int, OUT kind text, OUT first bigint, OUT last bigint)
LANGUAGE plpgsql STABLE SET search_path = rollcall, pg_temp AS $$
DECLARE lists boolean; tells_lists boolean := webhook_tells_lists(p_application);
BEGIN
    SELECT c.position, c.list_id IS NOT NULL INTO first, lists FROM change c
    WHERE c.district_id = tenant() AND c.position > p_after AND c.position <= p_head
      AND (c.list_id IS NULL OR tells_lists) ORDER BY c.position LIMIT 1;
    kind := CASE lists WHEN true THEN 'lists' WHEN false THEN 'changes' END;
    last := least(p_head, first + p_batch - 1); -- without a first, the head
    last := coalesce((SELECT min(c.position) - 1 FROM change c WHERE c.district_id = tenant() AND c.position > first AND c.position <= last
        AND (c.list_id IS NOT NULL) <> lists), last);
END $$;

-- What was on its way may be told no more: the next one comes after it.
CREATE FUNCTION webhook_drops(p_application uuid, d webhook_delivery) RETURNS void LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    UPDATE webhook_delivery SET state = 'superseded' WHERE district_id = tenant() AND delivery_id = d.delivery_id;
    UPDATE webhook SET position = d.last_position, open_id = NULL WHERE district_id = tenant() AND application_id = p_application;
END $$;

-- As 0048: a test, the one on its way, or the next of at most p_batch changes, of accounts or of lists. No row: nothing is due, or another
-- one has taken it.
CREATE OR REPLACE FUNCTION webhook_next(p_application uuid, p_take uuid, p_lease interval, p_batch int) RETURNS uuid LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE w webhook; d webhook_delivery; s record; head bigint;
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
    IF d.kind = 'lists' AND NOT webhook_tells_lists(p_application) THEN
        PERFORM webhook_drops(p_application, d);
        w.position := d.last_position;
        d := NULL;
    END IF;
    IF d.delivery_id IS NULL AND head = w.position THEN RETURN NULL; END IF;
    s := webhook_stretch(p_application, w.position, head, p_batch);
    d.first_position := coalesce(d.first_position, w.position + 1);
    d.last_position := coalesce(d.last_position, s.last);
    -- Behind our position the feed cannot end, unless the database came back from a backup.
    IF head < w.position OR NOT webhook_reaches(d.first_position, d.last_position) THEN
        RETURN webhook_resyncs(p_application, w.open_id, head);
    END IF;
    IF d.delivery_id IS NOT NULL THEN RETURN d.delivery_id; END IF;
    IF s.kind IS NOT NULL THEN RETURN webhook_opens(p_application, s.kind, s.first, s.last); END IF;
    UPDATE webhook SET position = head WHERE district_id = tenant() AND application_id = p_application;
    RETURN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION webhook_tells_lists(uuid), webhook_stretch(uuid, bigint, bigint, int), webhook_drops(uuid, webhook_delivery) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhook_tells_lists(uuid), webhook_stretch(uuid, bigint, bigint, int), webhook_drops(uuid, webhook_delivery)
    TO rollcall_webhook;

RESET search_path;
