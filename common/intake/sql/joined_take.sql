-- The rows of a file that belong to these ids; each has one owner, and an id stands in one page.
WITH taken AS (
    DELETE FROM upload_joined j USING (SELECT DISTINCT unnest($2::text[]) AS owner) o
    WHERE j.owner = o.owner AND j.file = $1::int RETURNING j.line, j.row
)
SELECT line, row FROM taken ORDER BY line
