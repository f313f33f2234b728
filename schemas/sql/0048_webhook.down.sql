SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0048\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
DROP FUNCTION webhook_end(uuid, uuid, uuid, int, text, int, interval, interval, interval),
    webhook_fails(webhook, text, boolean, interval, interval, interval), webhook_alert(webhook, text, text), webhook_next(uuid, uuid, interval, int),
    webhook_resyncs(uuid, uuid, bigint), webhook_opens(uuid, text, bigint, bigint), webhook_reaches(bigint, bigint),
    webhook_release(uuid, uuid), webhook_take(uuid, interval), webhooks_due(int), webhook_granted(uuid, uuid);
DROP TABLE webhook_delivery, webhook_secret, webhook;
DROP POLICY all_districts_rollcall_webhook ON change_head;
DROP POLICY all_districts_rollcall_webhook ON application_grant;
REVOKE ALL ON application, application_grant, change, change_head, alert, outbox, district_data_key, key_master FROM rollcall_webhook;
REVOKE EXECUTE ON FUNCTION tenant(), uuid7(), trace_new() FROM rollcall_webhook;
REVOKE USAGE ON SCHEMA rollcall FROM rollcall_webhook;
RESET search_path;
