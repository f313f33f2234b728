-- Why an account is there, and who keeps it up. $1 account.
SELECT a.account_id, a.status,
       CASE WHEN h.account_id IS NOT NULL THEN 'added by hand by ' || h.set_by || ': ' || h.reason || coalesce(', until ' || h.until, '')
            WHEN a.origin = 'hand' THEN 'brought by hand or by the application' ELSE 'made by a sync' END
       || CASE l.n WHEN 0 THEN '; it follows no record, so that no sync changes it' ELSE '; it follows the records above' END
FROM account a
LEFT JOIN hand_person h ON h.district_id = tenant() AND h.account_id = a.account_id,
LATERAL (SELECT count(*) AS n FROM account_link l WHERE l.district_id = tenant() AND l.account_id = a.account_id) l
WHERE a.district_id = tenant() AND a.account_id = $1::uuid
