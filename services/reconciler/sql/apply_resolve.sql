-- Whose memberships: by the links of now, which hold the accounts just made. An archived or missing account joins nothing.
UPDATE plan_go g SET account_id = (SELECT l.account_id FROM account_link l JOIN account a USING (district_id, account_id)
        WHERE l.district_id = tenant() AND l.source_id = split_part(g.subject, ':', 2)::uuid AND l.sourced_id = substr(g.subject, 40)
          AND a.status = 'active'),
    other_id = CASE
        WHEN g.field LIKE 'guardian:a:%' THEN substr(g.field, 12)::uuid
        WHEN g.field LIKE 'guardian:r:%' THEN (SELECT l.account_id FROM account_link l WHERE l.district_id = tenant()
            AND l.source_id = substr(g.field, 12, 36)::uuid AND l.sourced_id = substr(g.field, 49)) END
WHERE g.kind = 'join'
