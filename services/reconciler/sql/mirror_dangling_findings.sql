-- Up to $2 one by one, the rest as a number per field.
WITH listed AS (
    SELECT d.*, row_number() OVER (ORDER BY d.collection, d.field, d.sourced_id) AS n
        FROM w_dangling d
)
INSERT INTO finding (district_id, run_id, collection, sourced_id, field, rule, severity, message)
SELECT tenant(), $1::uuid, l.collection, l.sourced_id, l.field,
    l.collection || '.' || l.field || '.dangling', 'warning',
       'The source does not carry the record of ' || l.target ||
           ' that this field names. Add it in the SIS, or remove the reference.'
FROM listed l WHERE l.n <= $2::int
UNION ALL
SELECT tenant(), $1::uuid, l.collection, NULL, l.field,
    l.collection || '.' || l.field || '.dangling', 'warning',
       count(*) || ' more records name a record of ' || l.target ||
           ' that the source does not carry.'
FROM listed l WHERE l.n > $2::int
GROUP BY l.collection, l.field, l.target
