-- The pairs that were accepted and are not merged; of several about one account the likeliest. $1 act.
WITH pairs AS (
    SELECT s.stays, s.goes, a.version + g.version AS version,
           row_number() OVER (PARTITION BY s.stays ORDER BY s.confidence DESC, s.goes) AS of_stays,
           row_number() OVER (PARTITION BY s.goes ORDER BY s.confidence DESC, s.stays) AS of_goes
    FROM merge_suggestion s
    JOIN account a ON a.district_id = tenant() AND a.account_id = s.stays AND a.merged_into IS NULL
    JOIN account g ON g.district_id = tenant() AND g.account_id = s.goes AND g.merged_into IS NULL
    WHERE s.district_id = tenant() AND s.state = 'accepted' AND NOT pair_excluded(s.stays, s.goes))
INSERT INTO act_item (district_id, act_id, item_no, kind, account_id, old_value, new_value, version)
SELECT tenant(), $1::uuid, row_number() OVER (ORDER BY stays, goes), 'merge', stays, 'apart', 'a:' || goes, version
FROM pairs WHERE of_stays = 1 AND of_goes = 1
