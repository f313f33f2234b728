-- Active accounts that follow no record, nor one of a source that was removed: whom no sync knows. $1 limit.
SELECT a.account_id, a.given_name, a.family_name, a.username, a.email, a.origin,
       (SELECT string_agg(DISTINCT r.role, ', ' ORDER BY r.role) FROM account_role r
        WHERE r.district_id = tenant() AND r.account_id = a.account_id AND r.ended_on IS NULL)
FROM account a
WHERE a.district_id = tenant() AND a.status = 'active' AND NOT EXISTS (
    SELECT FROM account_link l JOIN source s ON s.district_id = tenant() AND s.source_id = l.source_id AND s.removed_at IS NULL
    WHERE l.district_id = tenant() AND l.account_id = a.account_id)
ORDER BY a.family_name, a.given_name, a.account_id LIMIT $1::bigint
