-- Setting a mark moves the version of what it is about (P1). $1 plan.
WITH nodes AS (
    SELECT DISTINCT split_part(w, '=', 1) AS node FROM plan_item i, string_to_table(i.waits, ';') w
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'declined'
        AND i.outcome IS NULL
      AND i.kind IN ('create', 'link', 'restore')
    UNION SELECT unnest(i.basis || i.subject) FROM plan_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision = 'declined'
        AND i.outcome IS NULL),
apart AS MATERIALIZED (
    SELECT split_part(node, ':', 2)::uuid AS source_id, substr(node, 40) AS sourced_id FROM nodes
        WHERE node LIKE 'r:%'),
records AS (
    UPDATE mirror_record m SET version = m.version + 1 FROM apart n
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.source_id = n.source_id
        AND m.sourced_id = n.sourced_id)
UPDATE account a SET version = a.version + 1 FROM nodes n
WHERE n.node LIKE 'a:%' AND a.district_id = tenant() AND a.account_id = substr(n.node, 3)::uuid
