-- $1 act, $2 by whom, $3 the node of the account that went, of a merge, or NULL: all of the act; as it was shown: $4 hash, $5 the last
-- entry, $6 those that stay. Pairs that are taken apart are not suggested again.
WITH apart AS (
    UPDATE merge_suggestion s SET state = 'declined', decided_by = $2::text, decided_at = now() FROM act_item i
    WHERE i.district_id = tenant() AND i.act_id = $1::uuid AND i.kind = 'merge' AND i.outcome = 'applied' AND i.new_value = coalesce($3::text, i.new_value)
      AND s.district_id = tenant() AND s.stays = i.account_id AND 'a:' || s.goes = i.new_value)
INSERT INTO undo (district_id, act_id, requested_by, pair, hash, up_to, leaves)
VALUES (tenant(), $1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::bigint[]) RETURNING undo_id::text
