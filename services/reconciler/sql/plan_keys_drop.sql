-- The keys of those who moved are made anew; by the old ones their neighbours were found before.
DELETE FROM match_key k USING plan_cand c WHERE k.district_id = tenant() AND k.node = c.node
    AND c.round = 0
