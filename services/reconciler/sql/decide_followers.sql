-- What waited for a link that was declined cannot come any more: planned again with whoever it is
-- about. $1 plan.
UPDATE plan_item j SET outcome = 'overtaken'
FROM plan_item l
WHERE l.district_id = tenant() AND l.plan_id = $1::uuid AND l.outcome = 'declined'
    AND l.kind = 'link' AND l.cause = 're-keyed'
    AND j.district_id = tenant() AND j.plan_id = $1::uuid AND j.outcome IS NULL AND j.kind = 'join'
    AND j.person = l.person AND (j.subject = l.subject OR l.subject = ANY (j.basis))
