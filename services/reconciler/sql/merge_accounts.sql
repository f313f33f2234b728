-- The other is archived, and its id leads to the one that stays, who is active if either was, and
-- has access if either had. $1 act, $2 today.
WITH before AS (
    SELECT p.item_no, p.stays, p.goes, g.status,
        g.status = 'active' AND s.status <> 'active' AS returns, g.access AND NOT s.access AS enters
    FROM act_pair p
    JOIN account s ON s.district_id = tenant() AND s.account_id = p.stays
    JOIN account g ON g.district_id = tenant() AND g.account_id = p.goes),
gone AS (
    UPDATE account a SET merged_into = b.stays, status = 'archived', version = a.version + 1,
        status_version = a.status_version + 1, updated_at = now(),
        archived_at = coalesce(a.archived_at, now())
    FROM before b WHERE a.district_id = tenant() AND a.account_id = b.goes
    RETURNING b.item_no, b.stays, b.goes, b.status, a.status_version),
stays AS (
    UPDATE account a SET version = a.version + 1, updated_at = now(),
        status = CASE WHEN b.returns THEN 'active' ELSE a.status END,
        status_version = a.status_version + b.returns::int,
        archived_run = CASE WHEN NOT b.returns THEN a.archived_run END,
        archived_at = CASE WHEN NOT b.returns THEN a.archived_at END,
        access = a.access OR b.enters,
        field_versions = CASE WHEN b.enters THEN a.field_versions || jsonb_build_object('access',
            coalesce((a.field_versions->>'access')::bigint, 0) + 1) ELSE a.field_versions END
    FROM before b WHERE a.district_id = tenant() AND a.account_id = b.stays
    RETURNING b.stays, b.goes, b.returns, b.enters, a.status_version,
        (a.field_versions->>'access')::bigint AS access_version),
done AS (
    INSERT INTO plan_done SELECT item_no, item_no, 'merge', goes, status_version FROM gone)
INSERT INTO history (district_id, act_id, kind, account_id, field, old_value, new_value, cause,
    evidence, version_after, approved, on_date)
SELECT tenant(), $1::uuid, c.kind, c.account_id, c.field, c.was, c.made, 'merged', 'a:' || c.goes,
    c.version, true, $2::date
FROM (
    SELECT 'merge' AS kind, goes AS account_id, '' AS field, status AS was, 'a:' || stays AS made,
        goes, status_version AS version
    FROM gone
    UNION ALL SELECT 'restore', stays, '', 'archived', 'active', goes, status_version
    FROM stays WHERE returns
    UNION ALL SELECT 'update', stays, 'access', 'off', 'on', goes, access_version
    FROM stays WHERE enters) c
