-- Mails count who may leave once, and the disabled where settings ask for their archive alone.

SET search_path = rollcall;

-- Does disabled-people ask for an archive at every place of the account at the source? As rc_policy_archives_disabled: the school's word and the
-- source's, where neither says anything the district's.
CREATE FUNCTION archives_disabled(p_account uuid, p_source uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    WITH word AS (
        SELECT s.scope, s.value = '"archive"' AS archives FROM setting s WHERE s.district_id = tenant() AND s.name = 'disabled-people'),
    place AS (
        SELECT a.school_id FROM account_role a
        WHERE a.district_id = tenant() AND a.account_id = p_account AND a.source_id = p_source AND a.ended_on IS NULL
        UNION SELECT '' WHERE NOT EXISTS (
            SELECT FROM account_role a WHERE a.district_id = tenant() AND a.account_id = p_account AND a.source_id = p_source AND a.ended_on IS NULL))
    SELECT bool_and(coalesce(
        (SELECT bool_and(w.archives) FROM word w WHERE w.scope IN ('school:' || p.school_id, 'source:' || p_source)),
        (SELECT w.archives FROM word w WHERE w.scope = ''), false)) FROM place p $$;

-- Whose countdown runs (D1), and since when: linked people whom a source no longer carries, or says to be disabled. Who is missing is not counted
-- as disabled too.
CREATE FUNCTION people_leaving() RETURNS TABLE (source_id uuid, account_id uuid, began_on date) LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT m.source_id, l.account_id, m.absent_on FROM mirror_record m
    JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.absent_run IS NOT NULL AND m.gone < 2
    UNION ALL
    SELECT d.source_id, l.account_id, d.began_on FROM disabled_record d
    JOIN account_link l ON l.district_id = tenant() AND l.source_id = d.source_id AND l.sourced_id = d.sourced_id
    WHERE d.district_id = tenant() AND d.began_on IS NOT NULL AND d.complete < 2
      AND EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND s.name = 'disabled-people' AND s.value = '"archive"')
      AND NOT EXISTS (SELECT FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = d.source_id AND m.collection = 'users'
          AND m.sourced_id = d.sourced_id AND m.absent_run IS NOT NULL)
      AND archives_disabled(l.account_id, d.source_id) $$;

REVOKE ALL ON FUNCTION archives_disabled(uuid, uuid), people_leaving() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archives_disabled(uuid, uuid), people_leaving() TO rollcall_notifier, rollcall_cli;

RESET search_path;
