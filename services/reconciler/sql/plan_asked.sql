-- Questions about records that were decided now and are asked no more.
DELETE FROM match_question q USING plan_record p
WHERE q.district_id = tenant() AND q.row_no = p.row_no AND NOT EXISTS (
    SELECT FROM plan_asks a WHERE a.row_no = q.row_no AND a.account_id = q.account_id)
