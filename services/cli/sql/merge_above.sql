-- Accepts the open pairs of at least this confidence whose accounts stand in no other such pair: of those a person must say which. $1 confidence, $2
-- by whom. Gives how many were accepted, and how many were left for that.
WITH likely AS (
    SELECT stays, goes, count(*) OVER (PARTITION BY stays) + count(*) OVER (PARTITION BY goes) AS pairs
    FROM merge_suggestion WHERE district_id = tenant() AND state = 'open' AND confidence >= $1::int),
said AS (
    UPDATE merge_suggestion s SET state = 'accepted', decided_by = $2::text, decided_at = now() FROM likely l
    WHERE l.pairs = 2 AND s.district_id = tenant() AND s.stays = l.stays AND s.goes = l.goes RETURNING 1)
SELECT (SELECT count(*) FROM said), (SELECT count(*) FROM likely WHERE pairs > 2)
