-- Archive, restore and create taken back: $1 account, $2 status to have, $3 the status version the
-- run left.
UPDATE account a SET status = $2, status_version = a.status_version + 1, version = a.version + 1,
    updated_at = now(),
    archived_at = CASE WHEN $2 = 'archived' THEN now() END
WHERE a.district_id = tenant() AND a.account_id = $1::uuid AND a.status <> $2
    AND a.status_version = $3::bigint
