-- How many items a decision would reach, by kind. $2 kinds, $3 roles, $4 schools by id or name, $5 item numbers, $6 the decision.
SELECT coalesce(sum(n), 0), coalesce(string_agg(n || ' ' || kind, ', ' ORDER BY n DESC, kind), '') FROM (
    SELECT i.kind, count(*) AS n FROM decided_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL AND i.decision IS DISTINCT FROM $6::text
      AND ($2::text[] IS NULL OR i.kind = ANY ($2::text[])) AND ($3::text[] IS NULL OR i.role = ANY ($3::text[]))
      AND ($4::text[] IS NULL OR i.school = ANY ($4::text[]) OR i.school IN (
          SELECT m.sourced_id FROM mirror_record m WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.body ->> 'name' = ANY ($4::text[])))
      AND ($5::int[] IS NULL OR i.item_no = ANY ($5::int[]))
    GROUP BY i.kind) k
