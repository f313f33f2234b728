-- Classes that could be one of several are shown until their list is over, or follows a class again.
DELETE FROM class_unsure x
WHERE x.district_id = tenant() AND NOT EXISTS (
    SELECT FROM user_list u
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = u.source_id
        AND m.collection = 'classes' AND m.sourced_id = u.class_id
    WHERE u.district_id = tenant() AND u.source_id = x.source_id AND u.class_id = x.was
        AND u.ended_on IS NULL AND NOT m.present)
