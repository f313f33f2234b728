-- $1 account, $2 record node.
WITH gone AS (
    DELETE FROM account_link l WHERE l.district_id = tenant() AND l.account_id = $1::uuid
      AND l.source_id = split_part($2, ':', 2)::uuid AND l.sourced_id = substr($2, 40)
          RETURNING l.account_id)
UPDATE account a SET version = a.version + 1 FROM gone WHERE a.district_id = tenant()
    AND a.account_id = gone.account_id
