-- What is asked now; since when stays what it was.
INSERT INTO match_question (district_id, row_no, account_id, why, rule, confidence, basis)
SELECT tenant(), row_no, account_id, why, rule, confidence, basis FROM plan_asks
ON CONFLICT (district_id, row_no, account_id) DO UPDATE SET why = excluded.why,
    rule = excluded.rule, confidence = excluded.confidence, basis = excluded.basis
