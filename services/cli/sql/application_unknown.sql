-- Words that a grant cannot hold. $1 reads, $2 fields ("all": every one), $3 edits.
SELECT format('--%s %s', o, w) FROM (
    SELECT 'read' AS o, w, application_reads() AS known FROM unnest($1::text[]) w
    UNION ALL SELECT 'fields', w, application_fields() || 'all'::text FROM unnest($2::text[]) w
    UNION ALL SELECT 'edit', w, application_edits() FROM unnest($3::text[]) w) x
WHERE w <> ALL (known) LIMIT 1
