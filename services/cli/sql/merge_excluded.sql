-- Of pairs that a person names, those of whom one alone is left out of the sync. $1 accounts that go, $2 the one that stays.
WITH excluded AS (
    SELECT x.node FROM exclusion x JOIN district d USING (district_id)
    WHERE x.district_id = tenant() AND coalesce(x.until > local_date(d.time_zone), true))
SELECT g.account_id FROM unnest($1::uuid[]) g (account_id)
WHERE ('a:' || g.account_id IN (SELECT node FROM excluded)) <> ('a:' || $2::uuid IN (SELECT node FROM excluded)) ORDER BY 1
