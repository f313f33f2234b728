-- The guardian of a guardianship: named by account, or by the record that was linked meanwhile.
UPDATE plan_go g SET other_id = coalesce(g.guardian_id, l.account_id)
FROM plan_go o LEFT JOIN account_link l ON l.district_id = tenant()
    AND l.source_id = o.guardian_source
    AND l.sourced_id = o.guardian_record
WHERE g.item_no = o.item_no AND g.kind = 'join' AND g.field LIKE 'guardian:%'
