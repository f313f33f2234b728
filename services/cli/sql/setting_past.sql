-- Every change of a setting, the newest first. $1 name or NULL, $2 limit. A school and a source are shown by name.
SELECT h.set_at, h.name,
       CASE WHEN h.scope LIKE 'school:%' THEN coalesce((SELECT max(m.body ->> 'name') FROM mirror_record m WHERE m.district_id = tenant()
                AND m.collection = 'orgs' AND m.sourced_id = substr(h.scope, 8)), substr(h.scope, 8)) END,
       CASE WHEN h.scope LIKE 'source:%' THEN coalesce((SELECT s.name FROM source s WHERE s.district_id = tenant()
                AND s.source_id::text = substr(h.scope, 8)), substr(h.scope, 8)) END,
       h.old_value, h.new_value, h.set_by, h.policy_version
FROM setting_history h WHERE h.district_id = tenant() AND h.name = coalesce($1::text, h.name)
ORDER BY h.history_id DESC LIMIT $2::bigint
