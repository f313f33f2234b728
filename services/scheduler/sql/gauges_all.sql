-- The state of all districts, one number a column (gauges.c has their names); last the time up to which ends are counted: a little back,
-- so that a transaction that is just committing is not missed.
WITH synced AS (
    SELECT extract(epoch FROM now() - coalesce((SELECT max(n.at) FROM snapshot n WHERE n.district_id = s.district_id AND n.source_id = s.source_id
                                               AND NOT EXISTS (SELECT FROM run o WHERE o.district_id = n.district_id AND o.run_id = n.run_id AND o.people IS NOT NULL)),
                                               s.created_at))::bigint AS age
    FROM source s JOIN district d ON d.district_id = s.district_id
    WHERE s.automatic AND s.removed_at IS NULL AND d.paused_at IS NULL
), lanes AS (
    SELECT count(*) AS open, count(*) FILTER (WHERE due) AS due, max(late) FILTER (WHERE due) AS late
    FROM (SELECT l.state = 'open' AND l.due_at <= now() AND (l.lease_until IS NULL OR l.lease_until <= now()) AS due,
                 extract(epoch FROM now() - greatest(l.due_at, l.lease_until))::bigint AS late
          FROM lane l JOIN source s ON s.district_id = l.district_id AND s.source_id = l.source_id AND s.active_run = l.run_id
          WHERE l.state IN ('open', 'waiting')) x
), mails AS (
    SELECT count(*) AS due, max(extract(epoch FROM now() - m.due_at))::bigint AS age FROM mail m WHERE m.state IN ('planned', 'handed over')
)
SELECT coalesce((SELECT max(age) FROM synced), 0), (SELECT count(*) FROM synced WHERE age > 26 * 3600),
       coalesce((SELECT max(extract(epoch FROM now() - r.started_at))::bigint FROM run r
                 WHERE r.finished_at IS NULL AND r.state = 'Running' AND NOT r.parked), 0),
       (SELECT count(*) FROM run r WHERE r.state = 'On hold'),
       lanes.due, lanes.open, coalesce(lanes.late, 0),
       mails.due, greatest(coalesce(mails.age, 0), 0),
       (SELECT count(*) FROM mail m WHERE m.state IN ('refused', 'unknown') AND m.ended_at > now() - interval '1 day'),
       (SELECT count(*) FROM outbox), coalesce((SELECT extract(epoch FROM now() - min(o.created_at))::bigint FROM outbox o), 0),
       pg_database_size(current_database()), (now() - interval '5 seconds')::text
FROM lanes, mails
