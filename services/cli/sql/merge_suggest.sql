-- Pairs of an account that follows no record which is there, and one that was made later, with a confidence: a sum of what is equal, less what is
-- not. People who may not be one are no pair: a student and somebody who is none, or two whose records of one source are both there. What a
-- person said of a pair stays. Gives how many there are to say something about.
WITH roles AS (
    SELECT account_id, bool_or(role = 'student') AS student FROM account_role WHERE district_id = tenant() AND ended_on IS NULL GROUP BY account_id),
present AS (
    SELECT DISTINCT l.account_id FROM account_link l
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users' AND m.sourced_id = l.sourced_id
    JOIN source s ON s.district_id = tenant() AND s.source_id = l.source_id AND s.removed_at IS NULL
    WHERE l.district_id = tenant() AND m.present),
people AS (
    SELECT a.account_id, a.created_at, lower(nullif(trim(a.given_name), '')) || ' ' || lower(nullif(trim(a.family_name), '')) AS name,
           lower(nullif(trim(a.username), '')) AS username, lower(nullif(trim(a.email), '')) AS email, nullif(trim(a.identifier), '') AS identifier,
           nullif(trim(a.master_id), '') AS master_id, nullif(regexp_replace(a.phone, '\D', '', 'g'), '') AS phone, a.grades, r.student,
           p.account_id IS NOT NULL AS linked
    FROM account a LEFT JOIN roles r USING (account_id) LEFT JOIN present p USING (account_id)
    WHERE a.district_id = tenant() AND a.merged_into IS NULL AND NOT EXISTS (
        SELECT FROM exclusion x WHERE x.district_id = tenant() AND x.node = 'a:' || a.account_id)),
near AS (
    SELECT o.account_id AS stays, n.account_id AS goes FROM people o JOIN people n ON n.name = o.name WHERE n.linked AND NOT o.linked
    UNION SELECT o.account_id, n.account_id FROM people o JOIN people n ON n.username = o.username WHERE n.linked AND NOT o.linked
    UNION SELECT o.account_id, n.account_id FROM people o JOIN people n ON n.email = o.email WHERE n.linked AND NOT o.linked
    UNION SELECT o.account_id, n.account_id FROM people o JOIN people n ON n.identifier = o.identifier WHERE n.linked AND NOT o.linked
    UNION SELECT o.account_id, n.account_id FROM people o JOIN people n ON n.master_id = o.master_id WHERE n.linked AND NOT o.linked),
judged AS (
    SELECT n.stays, n.goes, sum(w.weight) AS weight, array_agg(w.reason ORDER BY abs(w.weight) DESC, w.reason) AS reasons
    FROM near n
    JOIN people o ON o.account_id = n.stays JOIN people g ON g.account_id = n.goes
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN o.master_id = g.master_id THEN 55 WHEN o.master_id <> g.master_id THEN -40 END,
         CASE WHEN o.master_id = g.master_id THEN 'same master id' ELSE 'another master id' END),
        (CASE WHEN o.identifier = g.identifier THEN 50 WHEN o.identifier <> g.identifier THEN -30 END,
         CASE WHEN o.identifier = g.identifier THEN 'same number' ELSE 'another number' END),
        (CASE WHEN o.username = g.username THEN 45 END, 'same user name'),
        (CASE WHEN o.email = g.email THEN 40 END, 'same e-mail'),
        (CASE WHEN o.name = g.name THEN 40 END, 'same name'),
        (CASE WHEN o.phone = g.phone THEN 15 END, 'same phone'),
        (CASE WHEN o.grades && g.grades THEN 5 END, 'same grade')) AS w (weight, reason)
    WHERE w.weight IS NOT NULL AND coalesce(o.created_at <= g.created_at, true) AND coalesce(o.student = g.student, true)
    GROUP BY n.stays, n.goes),
cleared AS (DELETE FROM merge_suggestion WHERE district_id = tenant() AND state = 'open' RETURNING 1),
made AS (
    INSERT INTO merge_suggestion AS s (district_id, stays, goes, confidence, reasons)
    SELECT tenant(), j.stays, j.goes, least(j.weight, 99), j.reasons FROM judged j
    WHERE j.weight >= 30 AND (SELECT count(*) FROM cleared) >= 0 AND NOT EXISTS (
        SELECT FROM merge_suggestion d WHERE d.district_id = tenant() AND d.stays = j.stays AND d.goes = j.goes AND d.state <> 'open')
    ON CONFLICT (district_id, stays, goes) DO UPDATE SET confidence = excluded.confidence, reasons = excluded.reasons, made_at = now()
    RETURNING 1)
SELECT count(*) FROM made
