-- Webhooks: an application is told of changes by POST (rollcall-webhook), instead of listening to Kafka or asking the feed.

SET search_path = rollcall;

DO $$ BEGIN
    CREATE ROLE rollcall_webhook LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA rollcall TO rollcall_webhook;

-- Where an application is told of a district's changes, and how far it has been told. One message is on its way at a time (open_id), and the
-- next one comes after it was accepted: that is what keeps the order.
CREATE TABLE webhook (
    district_id uuid NOT NULL REFERENCES district,
    application_id uuid NOT NULL REFERENCES application,
    url text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 1000),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'failing', 'paused')), -- failing: tried on, and somebody was told
    state_at timestamptz NOT NULL DEFAULT now(),
    why text,                                   -- of failing and paused, in words
    position bigint NOT NULL,                   -- of the feed: all up to it was accepted, or is covered by a resync
    resync boolean NOT NULL DEFAULT true,       -- the next message tells to read everything
    open_id uuid,                               -- the message on its way: repeated under its id until it is accepted
    test_id uuid,                               -- a test message that somebody waits for
    attempts int NOT NULL DEFAULT 0,            -- that failed in a row
    failed_since timestamptz,                   -- the first of them
    accepted_at timestamptz,
    due_at timestamptz NOT NULL DEFAULT now(),
    take uuid,                                  -- of the sender that has it; another one's take makes this one's results void
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    set_by text NOT NULL, set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, application_id)
);
CREATE INDEX webhook_application ON webhook (application_id);

-- What messages are signed with: 32 bytes, sealed as credential:webhook. While one is replaced, both sign.
CREATE TABLE webhook_secret (
    district_id uuid NOT NULL,
    application_id uuid NOT NULL,
    secret_id uuid NOT NULL DEFAULT uuid7(),
    sealed bytea NOT NULL,
    made_by text NOT NULL, made_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,                     -- of one that was replaced
    PRIMARY KEY (district_id, application_id, secret_id),
    FOREIGN KEY (district_id, application_id) REFERENCES webhook ON DELETE CASCADE
);

-- The ledger: a row for each message, written before its first attempt. No bodies: what it told stands in the feed.
CREATE TABLE webhook_delivery (
    district_id uuid NOT NULL,
    delivery_id uuid NOT NULL DEFAULT uuid7(),  -- the message's webhook-id is msg_ and its digits
    application_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('changes', 'resync', 'test')),
    first_position bigint NOT NULL, last_position bigint NOT NULL, -- of the feed
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused', 'superseded')), -- superseded: by a resync
    attempts int NOT NULL DEFAULT 0,
    status int,                                 -- of the last attempt: what the receiver answered
    fault text,                                 -- or why it did not: a word
    took_ms int,
    at timestamptz NOT NULL DEFAULT now(), last_at timestamptz,
    PRIMARY KEY (district_id, delivery_id)
);
CREATE INDEX webhook_delivery_at ON webhook_delivery (district_id, at);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['webhook', 'webhook_secret', 'webhook_delivery'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
    -- What is due is searched over all districts; no person's data stands there.
    FOREACH t IN ARRAY ARRAY['webhook', 'change_head', 'application_grant'] LOOP
        EXECUTE format('CREATE POLICY all_districts_rollcall_webhook ON %I FOR SELECT TO rollcall_webhook USING (true)', t);
    END LOOP;
END $$;
CREATE POLICY all_districts_rollcall_cli ON webhook FOR SELECT TO rollcall_cli USING (true);

-- May the application be told of the district's changes at all?
CREATE FUNCTION webhook_granted(p_district uuid, p_application uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT EXISTS (SELECT FROM application_grant g JOIN application a USING (application_id)
        WHERE g.district_id = p_district AND g.application_id = p_application AND 'changes' = ANY (g.reads) AND a.revoked_at IS NULL) $$;

-- Webhooks with something to send that no sender has, over all districts; the one that waits longest first.
CREATE FUNCTION webhooks_due(p_limit int) RETURNS TABLE (district_id uuid, application_id uuid) LANGUAGE sql STABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT w.district_id, w.application_id FROM webhook w LEFT JOIN change_head h ON h.district_id = w.district_id
    WHERE w.lease_until <= now() AND webhook_granted(w.district_id, w.application_id)
      AND (w.test_id IS NOT NULL
           OR w.state <> 'paused' AND w.due_at <= now() AND (w.resync OR w.open_id IS NOT NULL OR coalesce(h.position, 0) <> w.position))
    ORDER BY w.test_id IS NULL, w.due_at LIMIT p_limit $$;

-- A sender takes a webhook for so long; NULL: another one has it.
CREATE FUNCTION webhook_take(p_application uuid, p_lease interval) RETURNS uuid LANGUAGE sql SET search_path = rollcall, pg_temp AS $$
    UPDATE webhook SET take = gen_random_uuid(), lease_until = now() + p_lease
    WHERE district_id = tenant() AND application_id = p_application AND lease_until <= now() RETURNING take $$;

-- Gives it back, to the end of the queue.
CREATE FUNCTION webhook_release(p_application uuid, p_take uuid) RETURNS void LANGUAGE sql SET search_path = rollcall, pg_temp AS $$
    UPDATE webhook SET lease_until = '-infinity', due_at = greatest(due_at, now())
    WHERE district_id = tenant() AND application_id = p_application AND take = p_take $$;

-- Are the changes of the feed from p_first to p_last all there? Retention removes the oldest.
CREATE FUNCTION webhook_reaches(p_first bigint, p_last bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT count(*) = p_last - p_first + 1 FROM change c WHERE c.district_id = tenant() AND c.position BETWEEN p_first AND p_last $$;

-- A message of the ledger that is on its way from now on.
CREATE FUNCTION webhook_opens(p_application uuid, p_kind text, p_first bigint, p_last bigint) RETURNS uuid LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE made uuid;
BEGIN
    INSERT INTO webhook_delivery (district_id, application_id, kind, first_position, last_position)
    VALUES (tenant(), p_application, p_kind, p_first, p_last) RETURNING delivery_id INTO made;
    UPDATE webhook SET open_id = made WHERE district_id = tenant() AND application_id = p_application;
    RETURN made;
END $$;

-- What was on its way does not count any more, nor what is before the feed's end: the application reads everything.
CREATE FUNCTION webhook_resyncs(p_application uuid, p_open uuid, p_head bigint) RETURNS uuid LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
BEGIN
    UPDATE webhook_delivery SET state = 'superseded' WHERE district_id = tenant() AND delivery_id = p_open AND state = 'open';
    UPDATE webhook SET resync = false, position = p_head WHERE district_id = tenant() AND application_id = p_application;
    RETURN webhook_opens(p_application, 'resync', p_head, p_head);
END $$;

-- The message that this sender has to send now, which keeps the webhook for so long: a test, the one on its way, or the next of at most
-- p_batch changes. No row: nothing is due, or another one has taken it.
CREATE FUNCTION webhook_next(p_application uuid, p_take uuid, p_lease interval, p_batch int) RETURNS uuid LANGUAGE plpgsql
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

-- Somebody should look at it: each webhook's failing and each pause is told by itself, in one conversation. The text names no address: it
-- may hold what its owner keeps to himself.
CREATE FUNCTION webhook_alert(w webhook, p_becomes text, p_said text) RETURNS void LANGUAGE sql SET search_path = rollcall, pg_temp AS $$
    WITH said AS (
        SELECT uuid7() AS id, format('the webhook of the application %s %s: %s', a.name,
            CASE p_becomes WHEN 'paused' THEN 'was paused' ELSE 'is failing' END, p_said) AS message
        FROM application a WHERE a.application_id = w.application_id),
    told AS (
        INSERT INTO alert (district_id, alert_id, kind, message, about, thread)
        SELECT w.district_id, id, 'webhook.failing', message, w.application_id || ':' || p_becomes, 'webhook:' || w.application_id FROM said)
    INSERT INTO outbox (district_id, topic, key, data, traceparent)
    SELECT w.district_id, 'alert.raised', w.district_id::text, jsonb_build_object('alert', id, 'kind', 'webhook.failing', 'message', message),
        trace_new()
    FROM said $$;

-- A failed attempt: tried again after p_wait; after p_failing without success somebody is told, after p_pause nothing is sent any more.
CREATE FUNCTION webhook_fails(w webhook, p_last text, p_gone boolean, p_wait interval, p_failing interval, p_pause interval) RETURNS text
LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE since timestamptz := coalesce(w.failed_since, now()); said text; becomes text := w.state;
BEGIN
    IF w.state = 'paused' THEN NULL;
    ELSIF p_gone OR now() - since >= p_pause THEN becomes := 'paused';
    ELSIF now() - since >= p_failing THEN becomes := 'failing'; END IF;
    said := CASE WHEN p_gone THEN 'the receiver answered 410: it wants no more messages'
                 ELSE format('nothing was accepted since %s UTC; last: %s', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), p_last) END;
    UPDATE webhook SET attempts = w.attempts + 1, failed_since = since, due_at = now() + p_wait, state = becomes,
        state_at = CASE WHEN becomes <> w.state THEN now() ELSE w.state_at END,
        why = CASE WHEN becomes <> w.state OR becomes = 'failing' THEN said ELSE w.why END
    WHERE district_id = w.district_id AND application_id = w.application_id;
    IF becomes = w.state THEN RETURN becomes; END IF;
    PERFORM webhook_alert(w, becomes, said);
    RETURN becomes;
END $$;

-- What became of an attempt: p_status of an answer, p_fault where there was none. What the webhook has become; NULL: another sender has it.
CREATE FUNCTION webhook_end(p_application uuid, p_take uuid, p_delivery uuid, p_status int, p_fault text, p_took_ms int,
    p_wait interval, p_failing interval, p_pause interval) RETURNS text LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE w webhook; d webhook_delivery; good boolean := p_fault IS NULL AND p_status BETWEEN 200 AND 299;
BEGIN
    SELECT x.* INTO w FROM webhook x WHERE x.district_id = tenant() AND x.application_id = p_application AND x.take = p_take FOR UPDATE;
    IF NOT FOUND THEN RETURN NULL; END IF;
    UPDATE webhook_delivery x SET attempts = x.attempts + 1, status = p_status, fault = p_fault, took_ms = p_took_ms, last_at = now(),
        state = CASE WHEN good THEN 'accepted' WHEN x.kind = 'test' THEN 'refused' ELSE x.state END
    WHERE x.district_id = tenant() AND x.delivery_id = p_delivery RETURNING x.* INTO d;
    IF d.kind = 'test' THEN
        UPDATE webhook SET test_id = NULL WHERE district_id = tenant() AND application_id = p_application AND test_id = p_delivery;
        RETURN w.state;
    END IF;
    IF NOT good THEN RETURN webhook_fails(w, coalesce(p_fault, p_status::text), p_status = 410, p_wait, p_failing, p_pause); END IF;
    UPDATE webhook SET position = d.last_position, open_id = NULL, attempts = 0, failed_since = NULL, accepted_at = now(), due_at = now(),
        state = CASE w.state WHEN 'failing' THEN 'active' ELSE w.state END, why = CASE w.state WHEN 'paused' THEN w.why END,
        state_at = CASE w.state WHEN 'failing' THEN now() ELSE w.state_at END
    WHERE district_id = tenant() AND application_id = p_application;
    RETURN CASE w.state WHEN 'failing' THEN 'active' ELSE w.state END;
END $$;

DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['webhook_granted(uuid, uuid)', 'webhooks_due(int)', 'webhook_take(uuid, interval)', 'webhook_release(uuid, uuid)',
        'webhook_reaches(bigint, bigint)', 'webhook_opens(uuid, text, bigint, bigint)', 'webhook_resyncs(uuid, uuid, bigint)',
        'webhook_next(uuid, uuid, interval, int)', 'webhook_alert(webhook, text, text)',
        'webhook_fails(webhook, text, boolean, interval, interval, interval)',
        'webhook_end(uuid, uuid, uuid, int, text, int, interval, interval, interval)'] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_webhook', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION webhook_granted(uuid, uuid) TO rollcall_cli;
GRANT EXECUTE ON FUNCTION tenant(), uuid7(), trace_new() TO rollcall_webhook;

GRANT SELECT ON application, application_grant, change, change_head, webhook, webhook_secret, webhook_delivery TO rollcall_webhook;
GRANT UPDATE ON webhook, webhook_delivery TO rollcall_webhook;
GRANT INSERT ON webhook_delivery, alert, outbox TO rollcall_webhook;
GRANT SELECT ON district_data_key, key_master TO rollcall_webhook;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook, webhook_secret TO rollcall_cli;
GRANT SELECT, INSERT, UPDATE ON webhook_delivery TO rollcall_cli;

-- Rows of the ledger, at the end of the retention rules as they stand.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) ||
        E'\nUNION ALL VALUES (''deliveries'', ''webhook_delivery'', ''x.at < $1 AND x.state <> ''''open'''''', '''') -- 0048\n');
END $$;

RESET search_path;
