-- A live sight: ends any countdown (D2), moves the version where a plan reads something else now,
-- and of users each field's own version (P7). An unreadable record keeps its last values (N1).
UPDATE mirror_record m SET
    hash = CASE WHEN i.body IS NULL THEN m.hash ELSE i.hash END,
    hash_version = CASE WHEN i.body IS NULL THEN m.hash_version ELSE k.hash_version END,
    modified = CASE WHEN i.body IS NULL THEN m.modified ELSE i.modified END,
    user_ref = CASE WHEN i.body IS NULL THEN m.user_ref ELSE i.user_ref END,
    class_ref = CASE WHEN i.body IS NULL THEN m.class_ref ELSE i.class_ref END,
    body = coalesce(i.body, m.body),
    unread = i.body IS NULL,
    present = true, marked_deleted = false, absent_run = NULL, absent_on = NULL, clean_run = NULL,
        clean_on = NULL, gone = 0,
    sights = m.sights + (i.act = 'returned')::int,
    returns = m.returns + (m.gone > 0)::int,
    version = m.version + (i.act <> 'dated')::int,
    field_versions = CASE WHEN m.collection = 'users' AND i.body IS NOT NULL
        AND i.body IS DISTINCT FROM m.body THEN m.field_versions || (
        SELECT coalesce(jsonb_object_agg(key, coalesce((m.field_versions ->> key)::int, 0) + 1),
            '{}')
        FROM jsonb_each(m.body) AS o (key, value) FULL JOIN jsonb_each(i.body) AS n (key, value)
            USING (key)
        WHERE o.value IS DISTINCT FROM n.value) ELSE m.field_versions END,
    last_run = CASE WHEN i.act = 'dated' THEN m.last_run ELSE $1::uuid END
FROM w_in i, district_key k
WHERE m.row_no = i.row_no AND i.act IN ('returned', 'changed', 'dated')
