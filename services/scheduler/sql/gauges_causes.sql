-- What lasts, by its kind.
SELECT c.kind, count(*) FROM cause c WHERE c.ended_at IS NULL GROUP BY 1
