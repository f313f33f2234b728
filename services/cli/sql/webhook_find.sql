-- An application by its name: is it revoked, may it be told of changes here, has it a webhook here? $1 name.
SELECT a.application_id, a.revoked_at IS NOT NULL, webhook_granted(tenant(), a.application_id), w.application_id IS NOT NULL
FROM application a LEFT JOIN webhook w ON w.district_id = tenant() AND w.application_id = a.application_id
WHERE a.name = $1::text
