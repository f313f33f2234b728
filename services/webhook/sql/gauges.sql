-- How many webhooks in which state; how far behind and for how long without success at most, of those that are not paused.
SELECT s.state, count(w.state), coalesce(max(greatest(coalesce(h.position, 0) - w.position, 0)), 0),
    coalesce(max(extract(epoch FROM now() - w.failed_since)), 0)::bigint
FROM unnest(ARRAY['active', 'failing', 'paused']) AS s (state) LEFT JOIN webhook w ON w.state = s.state
LEFT JOIN change_head h ON h.district_id = w.district_id
GROUP BY s.state
