-- What waited for a link or for a class under another id that was declined cannot come any more:
-- planned again with whoever it is about. $1 plan.
WITH class AS (
    UPDATE plan_item j SET outcome = 'overtaken'
    FROM plan_item l JOIN user_list u ON u.district_id = tenant()
        AND u.list_id = substr(l.subject, 3)::uuid
    WHERE l.district_id = tenant() AND l.plan_id = $1::uuid AND l.outcome = 'declined'
        AND l.kind = 'rename' AND l.field = 'class'
        AND j.district_id = tenant() AND j.plan_id = $1::uuid AND j.outcome IS NULL
        AND j.kind IN ('join', 'end') AND regexp_replace(j.field, '[^:]*$', '') IN (
            'class:' || u.source_id || ':' || l.old_value || ':',
            'class:' || u.source_id || ':' || l.new_value || ':'))
UPDATE plan_item j SET outcome = 'overtaken'
FROM plan_item l
WHERE l.district_id = tenant() AND l.plan_id = $1::uuid AND l.outcome = 'declined'
    AND l.kind = 'link' AND l.cause = 're-keyed'
    AND j.district_id = tenant() AND j.plan_id = $1::uuid AND j.outcome IS NULL AND j.kind = 'join'
    AND j.person = l.person AND (j.subject = l.subject OR l.subject = ANY (j.basis))
