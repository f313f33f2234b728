-- Takes back what was said of a record. $1 record by SIS id or node, $2 account or NULL.
SELECT match_unsay(w.source_id, w.sourced_id, w.account_id) FROM (
    SELECT * FROM match_answer w
    WHERE w.district_id = tenant() AND $1::text IN (w.sourced_id, 'r:' || w.source_id || ':' || w.sourced_id)
      AND coalesce($2::text IN (w.account_id::text, 'a:' || w.account_id, account_stays(w.account_id)::text, 'a:' || account_stays(w.account_id)), true) OFFSET 0) w
