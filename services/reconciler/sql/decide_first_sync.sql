-- P5: a source's first sync is over with its first approval; where a canary school goes first, with
-- the first one that is not of that school alone. $1 plan. An item without a basis rests on its
-- subject. Where that sync makes people beside those who were there, these stay apart from its
-- records for good, until a person merges them; plans see them anew by it (P1).
WITH canary AS MATERIALIZED (SELECT c AS school FROM canary_schools() c),
item AS MATERIALIZED (
    SELECT i.subject, i.basis, i.decision,
        i.school IN (SELECT c.school FROM canary c) AS canary
    FROM decided_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL),
over AS (
    UPDATE source s SET first_sync = false
    WHERE s.district_id = tenant() AND s.first_sync AND EXISTS (
        SELECT FROM item i
        WHERE i.decision = 'approved'
            AND (NOT i.canary
                OR NOT EXISTS (SELECT FROM item o WHERE o.decision IS NULL AND NOT o.canary))
            AND (i.subject LIKE 'r:' || s.source_id || ':%' OR EXISTS (
                SELECT FROM unnest(i.basis) b WHERE b LIKE 'r:' || s.source_id || ':%')))
    RETURNING s.source_id)
UPDATE account a SET beside = true, version = a.version + 1
WHERE a.district_id = tenant() AND EXISTS (SELECT FROM over) AND EXISTS (
        SELECT FROM setting t WHERE t.district_id = tenant() AND t.scope = ''
            AND t.name = 'first-sync' AND t.value = '"create-beside"')
    AND a.created_run IS NULL AND NOT a.beside
    AND NOT EXISTS (SELECT FROM hand_person h WHERE h.district_id = tenant()
        AND h.account_id = a.account_id)
    AND NOT EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant()
        AND l.account_id = a.account_id)
