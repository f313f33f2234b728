-- What waits, and why in words.
SELECT i.hold, count(*),
       CASE i.hold WHEN 'first sync' THEN 'nothing of a source is applied before its first approval'
                   WHEN 'always approve' THEN 'the setting "approval" asks for every plan'
                   WHEN 'threshold' THEN 'more of a role at a school would leave or change than the thresholds allow; what follows from an archive waits with it'
                   WHEN 're-keyed' THEN 'many ids are new for people who are known: rollcall rekey show'
                   WHEN 'no longer shared' THEN 'the source, or its sharing, was taken away'
                   WHEN 'source fault suspected' THEN 'the source sent far fewer records than usual'
                   WHEN 'out of scope' THEN 'a setting was changed, not the roster'
                   WHEN 'disabled in the SIS' THEN 'the SIS says that they are disabled, and the setting "disabled-people" asks for their archive'
                   WHEN 'canary school' THEN 'the setting "canary-school" lets that school go first; then rollcall plan approve --rest'
                   WHEN 'additions only' THEN 'the setting "additions-only" puts it off until it is off, or a person approves it'
                   WHEN 'blackout date' THEN 'nothing is applied on your blackout dates; the first sync after them goes on'
                   ELSE 'a person is to look at it' END
FROM decided_item i
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold <> '' AND i.outcome IS NULL AND i.decision IS NULL
GROUP BY i.hold ORDER BY count(*) DESC, i.hold
