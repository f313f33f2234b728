-- P5: a canary school goes first. While the plan holds anything that is about many at once, or what
-- waits for the canary school already, nothing of another school goes by itself: it waits for
-- `plan approve --rest`, with what joins people that wait so. A night without such goes everywhere.
-- $1 plan, $2 schools, by name or id.
WITH canary AS MATERIALIZED (SELECT c AS school FROM canary_schools($2::text[]) c),
going AS MATERIALIZED (
    SELECT i.item_no, i.person, i.kind, i.subject, i.basis,
        NOT EXISTS (SELECT FROM canary c WHERE c.school = i.school) AS later
    FROM plan_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold = '' AND i.decision IS NULL
        AND EXISTS (
            SELECT FROM plan_item h WHERE h.district_id = tenant() AND h.plan_id = $1::uuid
                AND h.decision IS NULL AND h.hold IN ('first sync', 'always approve', 'threshold',
                    're-keyed', 'no longer shared', 'source fault suspected', 'out of scope',
                    'canary school'))),
waits AS (
    SELECT item_no FROM going WHERE later
    UNION
    SELECT j.item_no FROM going j JOIN going w ON w.person = j.person
    WHERE j.kind = 'join' AND w.later AND w.kind IN ('create', 'link')
        AND (w.subject = j.subject OR w.subject = ANY (j.basis) OR w.basis && j.basis))
UPDATE plan_item i SET hold = 'canary school'
FROM waits w
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.item_no = w.item_no
