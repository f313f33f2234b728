-- What a test plan must find again as it was, since nothing of it is carried out.
INSERT INTO plan_kept_before
SELECT b.* FROM list_class_before b JOIN plan_relist r ON r.source_id = b.source_id
    AND b.class_id IN (r.was, r.now)
WHERE b.district_id = tenant();
INSERT INTO plan_kept_mark
SELECT DISTINCT d.* FROM declined d JOIN plan_relist r
    ON regexp_replace(d.field, '[^:]*$', '') IN ('class:' || r.source_id || ':' || r.was || ':',
        'class:' || r.source_id || ':' || r.now || ':')
WHERE d.district_id = tenant() AND d.kind IN ('join', 'end') AND d.field LIKE 'class:%';
