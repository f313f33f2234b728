-- The answers' worth. Someone whom the list has and who is not found by id: the source cannot be
-- asked so, and nothing is verified. Of a sample someone active: the list is not to be trusted.
WITH a AS (
    SELECT count(*) FILTER (WHERE NOT v.control) AS asked,
           count(*) FILTER (WHERE v.answer = 'unknown' AND NOT v.control) AS unknown,
           count(*) FILTER (WHERE v.answer = 'deleted') AS deleted,
           count(*) FILTER (WHERE v.answer = 'active' AND NOT v.control) AS active,
           count(*) FILTER (WHERE v.answer IS NULL AND NOT v.control) AS unanswered,
           coalesce(bool_or(v.control AND v.answer = 'unknown'), false) AS deaf
    FROM verify_person v WHERE v.run_id = $1::uuid
), moved AS (
    UPDATE run r SET phase = 'checked', unverified = r.unverified OR a.deaf,
        suspect = r.suspect OR (r.unverified AND a.active > 0),
        counts = r.counts || jsonb_build_object('missing', $2::bigint, 'verify', jsonb_build_object(
            'asked', a.asked, 'unknown', a.unknown, 'deleted', a.deleted, 'active', a.active,
            'unanswered', a.unanswered, 'sample', r.unverified, 'deaf', a.deaf))
    FROM a WHERE r.run_id = $1::uuid AND r.phase = 'verifying'
    RETURNING (r.counts -> 'verify' ->> 'sample')::boolean AS sample
)
UPDATE run_collection c SET sealed = NOT (m.sample OR a.deaf OR a.unanswered > 0),
    reason = CASE WHEN m.sample THEN 'more people are missing than are asked for by id: a sample was'
                      || ' asked, and removals wait for a person'
                  WHEN a.deaf THEN 'the source does not find by id even people whom its list has:'
                      || ' removals wait for a person; verify=off does without asking'
                  WHEN a.unanswered > 0 THEN a.unanswered || ' missing people could not be asked'
                      || ' for by id: they count as present' END
FROM a, moved m WHERE c.run_id = $1::uuid AND c.collection = 'verify'
