-- Which schools words mean is said once: of the setting as it stands, and of one that is tried.
SET search_path = rollcall;

CREATE FUNCTION canary_schools(p_words text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT w.word FROM unnest(p_words) w(word)
    UNION
    SELECT m.sourced_id FROM unnest(p_words) w(word) JOIN mirror_record m ON lower(m.body ->> 'name') = lower(w.word)
    WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.source_id = ANY (ARRAY(
        SELECT s.source_id FROM source s WHERE s.district_id = tenant())) $$;
GRANT EXECUTE ON FUNCTION canary_schools(text[]) TO rollcall_cli, rollcall_reconciler;

CREATE OR REPLACE FUNCTION canary_schools() RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT c.school FROM setting s
    CROSS JOIN LATERAL canary_schools(ARRAY(SELECT jsonb_array_elements_text(s.value))) c(school)
    WHERE s.district_id = tenant() AND s.scope = '' AND s.name = 'canary-school' $$;

RESET search_path;
