-- Archive and restore; nothing is deleted (D4). $1 run.
UPDATE account a SET status = g.new_value, status_version = a.status_version + 1,
    version = a.version + 1, updated_at = now(),
    archived_run = CASE WHEN g.kind = 'archive' THEN $1::uuid END, archived_at = CASE
        WHEN g.kind = 'archive' THEN now() END
FROM plan_go g WHERE g.kind IN ('archive', 'restore') AND a.district_id = tenant()
    AND a.account_id = g.account_id
