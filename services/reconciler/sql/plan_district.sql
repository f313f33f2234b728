-- The date in the district's zone, the policy's version, and the version of who is in scope (P7).
-- $1 names of the settings that say who is in scope, $2 changes of a preview, which move both as
-- saving them would.
WITH moved AS (
    SELECT c.name FROM jsonb_to_recordset($2::jsonb) c(scope text, name text, value jsonb)
    LEFT JOIN setting s ON s.district_id = tenant() AND s.scope = c.scope AND s.name = c.name
    WHERE s.value IS DISTINCT FROM c.value)
SELECT local_date(d.time_zone), d.policy_version + (EXISTS (SELECT FROM moved))::int,
       CASE WHEN EXISTS (SELECT FROM moved m WHERE m.name = ANY ($1::text[]))
           THEN d.policy_version + 1
           ELSE coalesce((SELECT max(h.policy_version) FROM setting_history h
               WHERE h.district_id = d.district_id AND h.name = ANY ($1::text[])), 0) END
FROM district d WHERE d.district_id = tenant()
