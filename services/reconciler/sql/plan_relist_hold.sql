-- Nobody joins the class that may be an old one under a new id, and nobody leaves the old one, before
-- a person has said so. $1 plan.
UPDATE plan_item i SET hold = CASE WHEN r.hold IN ('additions only', 'blackout date') THEN r.hold
    ELSE 're-keyed' END
FROM plan_relist r
WHERE r.hold <> '' AND i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = ''
    AND i.kind IN ('join', 'end')
    AND regexp_replace(i.field, '[^:]*$', '') IN ('class:' || r.source_id || ':' || r.was || ':',
        'class:' || r.source_id || ':' || r.now || ':')
