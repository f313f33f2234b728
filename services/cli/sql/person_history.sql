-- What was done to an account, and to those that were merged into it, newest first. $1 account, $2 limit.
SELECT h.at, h.kind, h.field, h.old_value, h.new_value, h.cause || CASE WHEN h.kind = 'link' AND h.evidence <> '' THEN ' by ' || replace(h.evidence, '=', ', ') ELSE '' END
    || coalesce(' ' || p.name, ''), h.approved, h.node, h.run_id, h.undone_at, h.undone_by, h.history_id
FROM history h LEFT JOIN application p USING (application_id) WHERE h.district_id = tenant() AND h.account_id IN (
    SELECT $1::uuid UNION SELECT a.account_id FROM account a WHERE a.district_id = tenant() AND a.merged_into = $1::uuid) ORDER BY h.history_id DESC LIMIT $2::bigint
