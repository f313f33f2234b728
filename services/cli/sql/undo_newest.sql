-- The run that changed last of all that still stands, with its district's slug: history is read from its end, by its key.
SELECT h.run_id, d.slug
FROM history h JOIN district d ON d.district_id = tenant()
WHERE h.district_id = tenant() AND h.run_id IS NOT NULL AND h.undone_at IS NULL
ORDER BY h.history_id DESC LIMIT 1
