-- What of an act still meets what was shown; whatever moved since is left. $1 act.
INSERT INTO plan_go (item_no, person, kind, subject, field, new_value, account_id)
SELECT i.item_no, i.item_no, i.kind, 'a:' || i.account_id, i.field, i.new_value, i.account_id
FROM act_item i
JOIN account a ON a.district_id = tenant() AND a.account_id = i.account_id
    AND a.merged_into IS NULL
LEFT JOIN guardianship g ON i.kind = 'end' AND g.district_id = tenant()
    AND g.student_id = i.account_id AND 'guardian:a:' || g.guardian_id = i.field
WHERE i.district_id = tenant() AND i.act_id = $1::uuid AND i.outcome IS NULL
    AND i.version = CASE i.kind
        WHEN 'update' THEN coalesce((a.field_versions->>i.field)::bigint, 0)
        WHEN 'end' THEN g.version
        ELSE a.status_version END
    AND CASE i.kind WHEN 'end' THEN g.ended_on IS NULL WHEN 'update' THEN true
        ELSE a.status <> i.new_value END
