DELETE FROM match_key k USING w_in i
WHERE i.collection = 'users' AND i.act IN ('returned', 'changed') AND i.body IS NOT NULL
  AND k.node = 'r:' || $1::text || ':' || i.sourced_id
  AND k.key NOT IN (SELECT n FROM match_keys(i.body) n)
