-- The hash of what an act would do and of the versions that it read; how much that is. $1 act.
UPDATE act a SET hash = n.hash
FROM (SELECT count(*) AS items, encode(sha256(convert_to(coalesce(string_agg(
          concat_ws(E'\x1f', i.kind, i.account_id, i.field, coalesce(i.new_value, E'\x1e'), i.version), E'\n' ORDER BY i.item_no), ''), 'UTF8')), 'hex') AS hash
      FROM act_item i WHERE i.district_id = tenant() AND i.act_id = $1::uuid) n
WHERE a.district_id = tenant() AND a.act_id = $1::uuid RETURNING a.hash, n.items
