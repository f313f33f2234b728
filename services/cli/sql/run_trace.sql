-- A run's way over time, from the rows that it left: when, how long after the request, how long it took, which stage, what. $1 run.
WITH r AS (SELECT * FROM run WHERE district_id = tenant() AND run_id = $1::uuid),
way (at, until, stage, what) AS (
    SELECT requested_at, coalesce(started_at, finished_at), 'run', 'requested by ' || requested_by FROM r
    UNION ALL SELECT started_at, ready_at, 'run', 'begun: ' || (SELECT count(*) FROM run_collection c WHERE c.district_id = tenant() AND c.run_id = r.run_id)
        || ' collections' FROM r
    UNION ALL SELECT min(p.listed_at), max(p.listed_at), 'fetcher', p.collection || ', pass ' || p.pass || ': ' || count(*) || ' pages, ' ||
            sum(p.records) || ' records'
        FROM lane_page p JOIN r USING (district_id, run_id) GROUP BY p.collection, p.pass
    UNION ALL SELECT min(b.at), max(b.at), 'reconciler', b.collection || ', pass ' || b.pass || ': ' || count(*) || ' batches staged, ' ||
            sum(b.staged) || ' records new or changed, ' || sum(b.seen) || ' as before'
        FROM batch_ledger b JOIN r USING (district_id, run_id) GROUP BY b.collection, b.pass
    UNION ALL SELECT min(l.at), max(coalesce(l.closed_at, l.at)), 'dead letter', l.stage || ' set ' || count(*) || ' aside, ' ||
            count(*) FILTER (WHERE l.state = 'open') || ' open'
        FROM dead_letter l JOIN r USING (district_id, run_id) GROUP BY l.stage
    UNION ALL SELECT a.at, NULL, 'alert', a.kind FROM alert a JOIN r USING (district_id, run_id)
    UNION ALL SELECT ready_at, mirrored_at, 'reconciler', 'ready: everything is staged; check and mirror follow' FROM r
    UNION ALL SELECT mirrored_at, (SELECT min(p.made_at) FROM plan p WHERE p.district_id = tenant() AND p.run_id = r.run_id), 'reconciler',
            'the mirror follows the source; the plan is made' FROM r
    UNION ALL SELECT p.made_at, p.closed_at, 'reconciler', 'plan ' || p.state FROM plan p JOIN r USING (district_id, run_id)
    UNION ALL SELECT i.decided_at, NULL, 'person', count(*) || ' items ' || i.decision
        FROM decided_item i JOIN plan p USING (district_id, plan_id) JOIN r ON r.district_id = p.district_id AND r.run_id = p.run_id
        WHERE i.decided_at IS NOT NULL GROUP BY i.decided_at, i.decision
    UNION ALL SELECT h.at, NULL, 'reconciler', count(*) || ' changes applied' FROM history h JOIN r USING (district_id, run_id) GROUP BY h.at
    UNION ALL SELECT finished_at, NULL, 'run', state FROM r
    UNION ALL SELECT m.planned_at, m.ended_at, 'notifier', m.kind || ' mail ' || m.state FROM mail m JOIN r ON m.district_id = r.district_id
            AND (m.about = r.run_id::text OR substr(m.traceparent, 4, 32) = substr(r.traceparent, 4, 32) AND r.traceparent <> '')
)
SELECT way.at, round(extract(epoch FROM way.at - r.requested_at), 3)::text, round(extract(epoch FROM way.until - way.at), 3)::text, way.stage, way.what,
       substr(r.traceparent, 4, 32)
FROM way, r WHERE way.at IS NOT NULL ORDER BY way.at, way.until NULLS LAST, way.stage, way.what
