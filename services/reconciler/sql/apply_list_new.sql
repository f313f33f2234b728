-- The classes that somebody joins and that have no list yet.
INSERT INTO plan_name (source_id, class_id)
SELECT DISTINCT source_id, class_id FROM plan_list WHERE list_id IS NULL
