-- The newest run that changed something of which anything stands, with its district's slug.
SELECT r.run_id, d.slug FROM run r JOIN district d USING (district_id)
WHERE r.district_id = tenant() AND EXISTS (
    SELECT FROM history h WHERE h.district_id = r.district_id AND h.run_id = r.run_id AND h.undone_at IS NULL)
ORDER BY r.requested_at DESC, r.run_id DESC LIMIT 1
