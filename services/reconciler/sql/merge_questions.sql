-- Whom a person was asked about the other is asked anew, and nothing is settled of the other. No
-- parameters.
WITH asked AS (
    DELETE FROM match_question q USING act_pair p
    WHERE q.district_id = tenant() AND q.account_id = p.goes RETURNING q.row_no),
touched AS (
    UPDATE mirror_record m SET version = m.version + 1
    WHERE m.district_id = tenant() AND m.row_no IN (SELECT row_no FROM asked))
DELETE FROM settled_account s USING act_pair p
WHERE s.district_id = tenant() AND s.account_id = p.goes
