-- Classes that could be one of several: they are classes of their own then, but people can see it.
INSERT INTO class_unsure (district_id, source_id, was, now, school, rule, confidence)
SELECT tenant(), source_id, was, now, school, rule, confidence FROM plan_unsure
ON CONFLICT (district_id, source_id, was, now) DO UPDATE SET rule = excluded.rule,
    confidence = excluded.confidence
