-- Sets the decision of the items that plan_select counted, with who and when ($7).
WITH decided AS (
    UPDATE plan SET decided_at = coalesce(decided_at, now()) WHERE district_id = tenant() AND plan_id = $1::uuid)
UPDATE plan_item i SET decision = $6::text, decided_by = $7::text, decided_at = now()
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL AND i.decision IS DISTINCT FROM $6::text
  AND ($2::text[] IS NULL OR i.kind = ANY ($2::text[])) AND ($3::text[] IS NULL OR i.role = ANY ($3::text[]))
  AND ($4::text[] IS NULL OR i.school = ANY ($4::text[]) OR i.school IN (
      SELECT m.sourced_id FROM mirror_record m WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.body ->> 'name' = ANY ($4::text[])))
  AND ($5::int[] IS NULL OR i.item_no = ANY ($5::int[]))
