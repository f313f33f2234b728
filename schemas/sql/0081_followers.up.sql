-- What follows from an archive waits with it, and stays with it.

SET search_path = rollcall;

-- The items of a plan that follow from an archive in it: what ends of that person by an absence, and of whom it was guardian to; and guardians who
-- leave since this student does.
CREATE FUNCTION plan_followers(plan uuid) RETURNS TABLE (leader int, follower int) LANGUAGE sql STABLE AS $$
    WITH lead AS MATERIALIZED (
        SELECT i.item_no, i.person, i.subject, i.basis FROM plan_item i
        WHERE i.district_id = tenant() AND i.plan_id = $1 AND i.kind = 'archive' AND i.cause <> 'students left'),
    rest AS MATERIALIZED (
        SELECT i.item_no, i.person, i.kind, i.subject, i.field, i.evidence FROM plan_item i
        WHERE i.district_id = tenant() AND i.plan_id = $1 AND EXISTS (SELECT FROM lead)
            AND ((i.kind = 'end' AND i.cause IN ('gone', 'disabled in the SIS')) OR (i.kind = 'archive' AND i.cause = 'students left')))
    SELECT l.item_no, r.item_no FROM lead l JOIN rest r ON r.subject = l.subject AND r.kind = 'end'
    UNION
    SELECT l.item_no, r.item_no FROM lead l JOIN rest r ON r.field = 'guardian:' || l.subject AND r.kind = 'end'
    UNION
    SELECT l.item_no, r.item_no FROM lead l JOIN rest r ON r.person = l.person AND r.kind = 'archive'
    WHERE EXISTS (SELECT FROM unnest(l.basis) b WHERE strpos(r.evidence, b || '=') > 0) $$;
GRANT EXECUTE ON FUNCTION plan_followers(uuid) TO rollcall_cli, rollcall_reconciler;

RESET search_path;
