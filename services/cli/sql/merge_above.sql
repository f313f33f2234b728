-- Accepts the open pairs of at least this confidence, but none that merge_left.sql names. $1 confidence, $2 by whom. Gives how many were accepted.
WITH likely AS (
    SELECT s.stays, s.goes, count(*) OVER (PARTITION BY s.stays) + count(*) OVER (PARTITION BY s.goes) AS pairs
    FROM merge_suggestion s
    JOIN account a ON a.district_id = tenant() AND a.account_id = s.stays AND a.merged_into IS NULL
    JOIN account g ON g.district_id = tenant() AND g.account_id = s.goes AND g.merged_into IS NULL
    WHERE s.district_id = tenant() AND s.state = 'open' AND s.confidence >= $1::int),
said AS (
    UPDATE merge_suggestion s SET state = 'accepted', decided_by = $2::text, decided_at = now() FROM likely l
    WHERE l.pairs = 2 AND NOT pair_excluded(s.stays, s.goes) AND s.district_id = tenant() AND s.stays = l.stays AND s.goes = l.goes RETURNING 1)
SELECT count(*) FROM said
