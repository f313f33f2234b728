-- Pairs that are left out, and why: of those open the ones of which a person must say which, of those accepted the ones behind a likelier; and of
-- both who is not to be merged. $1 state, 'open' or 'accepted', $2 the least confidence.
WITH pair AS (
    SELECT s.stays, s.goes, s.confidence, x.excluded,
           count(*) OVER (PARTITION BY s.stays) + count(*) OVER (PARTITION BY s.goes) - 2 AS others,
           row_number() OVER (PARTITION BY s.stays, x.excluded ORDER BY s.confidence DESC, s.goes)
               + row_number() OVER (PARTITION BY s.goes, x.excluded ORDER BY s.confidence DESC, s.stays) - 2 AS likelier
    FROM merge_suggestion s
    JOIN account a ON a.district_id = tenant() AND a.account_id = s.stays AND a.merged_into IS NULL
    JOIN account g ON g.district_id = tenant() AND g.account_id = s.goes AND g.merged_into IS NULL
    CROSS JOIN LATERAL (SELECT pair_excluded(s.stays, s.goes) AS excluded OFFSET 0) x
    WHERE s.district_id = tenant() AND s.state = $1::text AND s.confidence >= $2::int)
SELECT stays, goes, CASE WHEN excluded THEN 'one of the two is excluded from the sync and the other is not: exclude both, or end it for the one'
    WHEN $1 = 'open' THEN 'an account stands in several such pairs: say which with `rollcall merge accept`'
    ELSE 'an account is merged in a likelier pair first: prepare this one once that is done' END
FROM pair WHERE excluded OR CASE $1 WHEN 'open' THEN others ELSE likelier END > 0
ORDER BY confidence DESC, stays, goes
