-- The whole system in one row.
SELECT (SELECT count(*) FROM district), (SELECT count(*) FROM district WHERE paused_at IS NOT NULL),
       (SELECT count(*) FROM source WHERE removed_at IS NULL), (SELECT count(*) FROM source WHERE automatic AND removed_at IS NULL),
       r.scheduled, r.running, r.held, r.parked, r.today,
       l.open, l.due, coalesce(l.late, 0),
       (SELECT count(*) FROM dead_letter WHERE state = 'open'),
       m.due, m.today,
       (SELECT count(*) FROM outbox),
       (SELECT max(extract(epoch FROM now() - coalesce((SELECT max(n.at) FROM snapshot n
                   WHERE n.district_id = s.district_id AND n.source_id = s.source_id -- one person's sync makes no roster fresh
                     AND NOT EXISTS (SELECT FROM run o WHERE o.district_id = n.district_id AND o.run_id = n.run_id AND o.people IS NOT NULL)), s.created_at)))::bigint
        FROM source s JOIN district d USING (district_id) WHERE s.automatic AND s.removed_at IS NULL AND d.paused_at IS NULL),
       (SELECT max(at) FROM snapshot)
FROM (SELECT count(*) FILTER (WHERE finished_at IS NULL AND phase = 'scheduled') AS scheduled,
             count(*) FILTER (WHERE finished_at IS NULL AND state = 'Running') AS running,
             count(*) FILTER (WHERE state = 'On hold') AS held, count(*) FILTER (WHERE parked AND finished_at IS NULL) AS parked,
             count(*) FILTER (WHERE finished_at > now() - interval '1 day') AS today FROM run) r,
     (SELECT count(*) AS open, count(*) FILTER (WHERE x.due) AS due, max(x.late) FILTER (WHERE x.due) AS late
      FROM (SELECT l.state = 'open' AND l.due_at <= now() AND (l.lease_until IS NULL OR l.lease_until <= now()) AS due,
                   extract(epoch FROM now() - greatest(l.due_at, l.lease_until))::bigint AS late
            FROM lane l JOIN source s ON s.district_id = l.district_id AND s.source_id = l.source_id AND s.active_run = l.run_id
            WHERE l.state IN ('open', 'waiting')) x) l,
     (SELECT count(*) FILTER (WHERE state IN ('planned', 'handed over')) AS due,
             count(*) FILTER (WHERE state = 'accepted' AND ended_at > now() - interval '1 day') AS today FROM mail) m
