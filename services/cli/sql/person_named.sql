-- Whom $1 may mean: an account by its id or the application's own, user name, e-mail, number or master id, or by a record that it follows; else a users record that no
-- account follows, by its SIS id. Nodes are names too.
-- Who was merged into another is that one.
WITH accounts AS (
    SELECT account_stays(a.account_id) AS account_id FROM account a
    WHERE a.district_id = tenant() AND ($1::text IN (a.account_id::text, 'a:' || a.account_id, a.identifier, a.master_id)
        OR lower($1::text) IN (lower(a.username), lower(a.email)))
    UNION
    SELECT account_stays(i.account_id) FROM imported_account i WHERE i.district_id = tenant() AND i.own_id = $1::text
    UNION
    SELECT l.account_id FROM account_link l
    WHERE l.district_id = tenant() AND $1::text IN (l.sourced_id, 'r:' || l.source_id || ':' || l.sourced_id))
SELECT 'a:' || account_id, account_id::text, NULL FROM accounts
UNION ALL
SELECT 'r:' || m.source_id || ':' || m.sourced_id, NULL, m.sourced_id FROM mirror_record m
WHERE m.district_id = tenant() AND m.collection = 'users' AND $1::text IN (m.sourced_id, 'r:' || m.source_id || ':' || m.sourced_id)
  AND NOT EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id)
ORDER BY 1 LIMIT 20
