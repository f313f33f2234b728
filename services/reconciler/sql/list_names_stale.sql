-- The classes of lists whose names are to be made: all of a source where it moved since, or any
-- setting calls lists otherwise, and lists without a name. Nothing, where all are called as their
-- classes. What it moved to is noted first, so that what moves meanwhile is later. $1 name, where
-- neither the school nor, after it, the source has one of its own.
WITH setting AS MATERIALIZED (
    SELECT $1 <> '{class}' OR coalesce(bool_or(value #>> '{}' <> '{class}'), false) AS makes,
        concat($1, jsonb_object_agg(scope, value)
            FILTER (WHERE scope IS NOT NULL)) AS name
    FROM plan_setting WHERE name = 'class-list-name'),
source AS MATERIALIZED (
    SELECT s.source_id, t.name, s.moved_version, (n.name, n.moved_version)
        IS DISTINCT FROM (t.name, s.moved_version) AS moved
    FROM setting t CROSS JOIN source s
    LEFT JOIN list_naming n ON n.district_id = tenant() AND n.source_id = s.source_id
    WHERE s.district_id = tenant() AND t.makes),
noted AS (
    INSERT INTO list_naming (district_id, source_id, name, moved_version)
    SELECT tenant(), source_id, name, moved_version FROM source WHERE moved
    ON CONFLICT (district_id, source_id) DO UPDATE SET name = excluded.name,
        moved_version = excluded.moved_version)
INSERT INTO plan_name (source_id, class_id)
SELECT u.source_id, u.class_id FROM user_list u JOIN source s ON s.source_id = u.source_id
WHERE u.district_id = tenant() AND u.ended_on IS NULL AND (s.moved OR u.called IS NULL)
