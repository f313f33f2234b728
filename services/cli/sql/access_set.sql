-- As access_count, done and told (S2). No plan reads access, so no version moves. Parameters as there.
WITH who AS (
    SELECT a.account_id FROM account a
    WHERE a.district_id = tenant() AND a.kind = 'account' AND a.access <> $1::boolean AND (a.status = 'active' OR NOT $1::boolean)
      AND a.account_id = coalesce($2::uuid, a.account_id)
      AND (($3::text IS NULL AND $4::text IS NULL) OR EXISTS (
          SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = a.account_id AND r.ended_on IS NULL
            AND r.role = coalesce($3::text, r.role) AND r.school_id = coalesce($4::text, r.school_id)))
    ORDER BY a.account_id FOR UPDATE),
done AS (
    UPDATE account a SET access = $1::boolean, updated_at = now() FROM who
    WHERE a.district_id = tenant() AND a.account_id = who.account_id RETURNING a.account_id),
said AS (
    INSERT INTO outbox (district_id, topic, key, data)
    SELECT tenant(), 'roster.changed', account_id::text,
           jsonb_build_object('district', tenant(), 'account', account_id, 'kind', 'access', 'fields', jsonb_build_array('access'))
    FROM done)
SELECT count(*) FROM done
