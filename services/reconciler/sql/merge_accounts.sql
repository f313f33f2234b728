-- The other is archived, and its id leads to the one that stays. $1 act, $2 today.
WITH before AS (
    SELECT p.item_no, p.stays, p.goes, a.status FROM act_pair p
    JOIN account a ON a.district_id = tenant() AND a.account_id = p.goes),
gone AS (
    UPDATE account a SET merged_into = b.stays, status = 'archived', version = a.version + 1,
        status_version = a.status_version + 1, updated_at = now(),
        archived_at = coalesce(a.archived_at, now())
    FROM before b WHERE a.district_id = tenant() AND a.account_id = b.goes
    RETURNING b.item_no, b.stays, b.goes, b.status, a.status_version),
stays AS (
    UPDATE account a SET version = a.version + 1, updated_at = now() FROM act_pair p
    WHERE a.district_id = tenant() AND a.account_id = p.stays),
done AS (
    INSERT INTO plan_done SELECT item_no, item_no, 'merge', goes, status_version FROM gone)
INSERT INTO history (district_id, act_id, kind, account_id, old_value, new_value, cause, evidence,
    version_after, approved, on_date)
SELECT tenant(), $1::uuid, 'merge', goes, status, 'a:' || stays, 'merged', 'a:' || goes,
    status_version, true, $2::date
FROM gone
