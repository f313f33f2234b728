-- What a person should look at: what, how many, for how long in seconds, what to do next.
WITH programs AS (
    SELECT p.name, count(a.pid) AS connections FROM (
        SELECT unnest(ARRAY['fetcher', 'normalizer', 'reconciler', 'notifier', 'scheduler']) AS name
        UNION ALL SELECT 'roster-server' WHERE EXISTS (SELECT FROM application a WHERE a.revoked_at IS NULL) -- once somebody may ask it
        UNION ALL SELECT 'webhook' WHERE EXISTS (SELECT FROM webhook)) p
    LEFT JOIN pg_stat_activity a ON a.datname = current_database() AND a.application_name LIKE 'rollcall-' || p.name || '@%'
    GROUP BY p.name
), stale AS (
    SELECT d.slug, extract(epoch FROM now() - x.at)::bigint AS age
    FROM source s JOIN district d USING (district_id),
         LATERAL (SELECT coalesce(max(n.at), s.created_at) AS at FROM snapshot n WHERE n.district_id = s.district_id AND n.source_id = s.source_id
                  AND NOT EXISTS (SELECT FROM run o WHERE o.district_id = n.district_id AND o.run_id = n.run_id AND o.people IS NOT NULL)) x
    WHERE s.automatic AND s.removed_at IS NULL AND d.paused_at IS NULL AND x.at < now() - interval '26 hours'
)
SELECT * FROM (
    SELECT 1 AS rank, 'programs that are not connected to PostgreSQL: ' || string_agg(name, ', ' ORDER BY name) AS what, count(*) AS n, NULL::bigint AS age,
           'start them; rollcall doctor says what keeps them away' AS next FROM programs WHERE connections = 0
    UNION ALL SELECT 2, 'runs that wait for a person', count(*), max(extract(epoch FROM now() - r.started_at))::bigint, 'rollcall run list --state Paused'
    FROM run r WHERE r.parked AND r.finished_at IS NULL
    UNION ALL SELECT 3, 'open dead letters', count(*), max(extract(epoch FROM now() - l.at))::bigint, 'rollcall dead-letter list'
    FROM dead_letter l WHERE l.state = 'open'
    UNION ALL SELECT 4, 'plans that wait for a decision', count(*), max(extract(epoch FROM now() - r.mirrored_at))::bigint,
           'rollcall run list --state "On hold"' FROM run r WHERE r.state = 'On hold'
    UNION ALL SELECT 5, 'sources without a snapshot for 26 hours, as of ' || min(slug), count(*), max(age), 'rollcall run list --district ' || min(slug) FROM stale
    UNION ALL SELECT 6, 'mails refused, or of unknown fate, since yesterday', count(*), max(extract(epoch FROM now() - m.ended_at))::bigint,
           'rollcall mail list' FROM mail m WHERE m.state IN ('refused', 'unknown') AND m.ended_at > now() - interval '1 day'
    UNION ALL SELECT 7, 'mails due for more than 15 minutes', count(*), max(extract(epoch FROM now() - m.due_at))::bigint,
           'look at rollcall-notifier and its mail server' FROM mail m WHERE m.state IN ('planned', 'handed over') AND m.due_at < now() - interval '15 minutes'
    UNION ALL SELECT 8, 'events unsent for more than a minute', count(*), max(extract(epoch FROM now() - o.created_at))::bigint,
           'look at Kafka, and at relay.retry in the logs' FROM outbox o WHERE o.created_at < now() - interval '1 minute'
    UNION ALL SELECT 9, 'lanes due for more than 15 minutes', count(*), max(extract(epoch FROM now() - greatest(l.due_at, l.lease_until)))::bigint,
           'look at rollcall-fetcher, or start more of them'
    FROM lane l JOIN source s ON s.district_id = l.district_id AND s.source_id = l.source_id AND s.active_run = l.run_id
    WHERE l.state = 'open' AND greatest(l.due_at, l.lease_until) < now() - interval '15 minutes'
    UNION ALL SELECT 10, 'runs that have worked for more than 12 hours', count(*), max(extract(epoch FROM now() - r.started_at))::bigint,
           'rollcall run list --state Running' FROM run r WHERE r.state = 'Running' AND r.started_at < now() - interval '12 hours'
    UNION ALL SELECT 11, 'webhooks that are failing, or were paused by that', count(*), max(extract(epoch FROM now() - w.failed_since))::bigint,
           'rollcall webhook list' FROM webhook w WHERE w.state <> 'active' AND w.failed_since IS NOT NULL
    UNION ALL SELECT 12, 'records whose account a person must say, as of ' || min(d.slug), count(DISTINCT (q.district_id, q.row_no)),
           max(extract(epoch FROM now() - q.asked_at))::bigint, 'rollcall match list --district ' || min(d.slug)
    FROM match_question q JOIN district d USING (district_id)
) x WHERE n > 0 ORDER BY rank
