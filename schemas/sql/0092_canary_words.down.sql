SET search_path = rollcall;

CREATE OR REPLACE FUNCTION canary_schools() RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH named AS (
        SELECT c.word FROM setting s CROSS JOIN LATERAL jsonb_array_elements_text(s.value) c(word)
        WHERE s.district_id = tenant() AND s.scope = '' AND s.name = 'canary-school')
    SELECT n.word FROM named n
    UNION
    SELECT m.sourced_id FROM named n JOIN mirror_record m ON lower(m.body ->> 'name') = lower(n.word)
    WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.source_id = ANY (ARRAY(
        SELECT s.source_id FROM source s WHERE s.district_id = tenant())) $$;

DROP FUNCTION canary_schools(text[]);

RESET search_path;
