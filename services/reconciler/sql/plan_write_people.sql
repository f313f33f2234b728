-- $1: people with items and the versions they read; $2: nodes with nothing to do; $3: nodes with
-- something to do.
WITH people AS (INSERT INTO plan_new_person SELECT p.person, p.reads
    FROM jsonb_to_recordset($1::jsonb) AS p(person int, reads jsonb)),
     idle AS (INSERT INTO plan_idle SELECT i.node, i.version, i.due_on
         FROM jsonb_to_recordset($2::jsonb) AS i(node text, version bigint, due_on date))
INSERT INTO plan_busy SELECT jsonb_array_elements_text($3::jsonb)
