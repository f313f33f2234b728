-- Items in words; ids only. $2 kinds, $3 roles, $4 schools by id or name, $5 item numbers, $6 only what waits, $7 limit.
SELECT i.item_no, i.kind, i.role, i.school,
       CASE i.kind
            WHEN 'create' THEN 'create an account for record ' || substr(i.subject, 40)
            WHEN 'link' THEN 'link record ' || substr(i.subject, 40) || ' to account ' || substr(i.new_value, 3)
                || CASE WHEN i.evidence <> '' THEN ' by ' || replace(i.evidence, '=', ', ') ELSE '' END
            WHEN 'restore' THEN 'restore account ' || substr(i.subject, 3)
            WHEN 'archive' THEN 'archive account ' || substr(i.subject, 3)
            WHEN 'update' THEN 'set ' || i.field || ' of account ' || substr(i.subject, 3)
            WHEN 'rename' THEN CASE i.field WHEN 'class' THEN 'keep list ' || substr(i.subject, 3) || ' for class ' || i.new_value || ', which was ' || i.old_value
                ELSE 'rename list ' || substr(i.subject, 3) END
            WHEN 'join' THEN 'add ' || w.who || ' to ' || w.what
            ELSE 'end ' || w.what || ' for ' || w.who END,
       i.cause, i.hold, i.decision, i.decided_by, CASE WHEN p.state = 'applied' THEN coalesce(i.outcome, 'applied') ELSE i.outcome END, i.subject, i.field, i.old_value, i.new_value
FROM decided_item i JOIN plan p USING (district_id, plan_id),
     LATERAL (SELECT CASE WHEN i.subject LIKE 'r:%' THEN 'record ' || substr(i.subject, 40) ELSE 'account ' || substr(i.subject, 3) END AS who,
                     CASE WHEN i.field LIKE 'class:%' THEN regexp_replace(i.field, '^class:[^:]*:(.*):([^:]*)$', 'class \1 as \2')
                          ELSE regexp_replace(i.field, '^guardian:[^:]*:(.*)$', 'guardian \1') END AS what) w
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid
  AND ($2::text[] IS NULL OR i.kind = ANY ($2::text[])) AND ($3::text[] IS NULL OR i.role = ANY ($3::text[]))
  AND ($4::text[] IS NULL OR i.school = ANY ($4::text[]) OR i.school IN (
      SELECT m.sourced_id FROM mirror_record m WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.body ->> 'name' = ANY ($4::text[])))
  AND ($5::int[] IS NULL OR i.item_no = ANY ($5::int[]))
  AND (NOT $6::boolean OR (i.hold <> '' AND i.outcome IS NULL AND i.decision IS NULL))
ORDER BY i.item_no LIMIT $7::bigint
