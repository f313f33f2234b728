-- All that is known of the candidates, person by person; one statement, so one snapshot (P2). $1
-- today.
SELECT p.comp, p.node, jsonb_build_object(
    'version', m.version, 'present', m.present, 'unread', m.unread, 'gone', m.gone, 'sights',
        m.sights, 'returns', m.returns,
    'body', m.body, 'versions', m.field_versions, 'authority', s.authority, 'first', s.first_sync,
        'shared', s.removed_at IS NULL,
    'account', l.account_id, 'excluded', x.node IS NOT NULL, 'due', x.until,
    'marks', (SELECT jsonb_agg(jsonb_build_array(k.kind, k.field, k.waits)) FROM declined k
        WHERE k.district_id = tenant() AND k.node = p.node),
    'enrollments', (SELECT jsonb_agg(jsonb_build_array('e:' || e.source_id || ':' || e.sourced_id,
                'class:' || e.source_id || ':' || e.class_ref || ':'
                    || coalesce(e.body->>'role', ''),
                e.present, e.gone, e.sights, e.returns,
                coalesce(c.chosen, false),
                coalesce(c.running AND coalesce((e.body->>'endDate') > $1::date::text, true), true),
                coalesce(c.version, 0),
                least(c.changes_on, CASE WHEN (e.body->>'endDate') > $1::date::text
                    THEN (e.body->>'endDate')::date END)))
            FROM mirror_record e LEFT JOIN plan_class c ON c.source_id = e.source_id
                AND c.class_id = e.class_ref
            WHERE e.district_id = tenant() AND e.source_id = m.source_id
                AND e.user_ref = m.sourced_id AND e.collection = 'enrollments')
    )::text
FROM plan_comp p
JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = p.source_id
    AND m.collection = 'users'
    AND m.sourced_id = p.sourced_id
JOIN source s ON s.district_id = tenant() AND s.source_id = m.source_id
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id
    AND l.sourced_id = m.sourced_id
LEFT JOIN exclusion x ON x.district_id = tenant() AND x.node = p.node
    AND coalesce(x.until > $1::date, true)
WHERE m.body IS NOT NULL
UNION ALL
SELECT p.comp, p.node, jsonb_build_object(
    'version', a.version, 'active', a.status = 'active', 'excluded', x.node IS NOT NULL,
    'due', least(x.until, (SELECT min(n.until) FROM pin n WHERE n.district_id = tenant()
        AND n.account_id = a.account_id AND n.until > $1::date)),
    'values', jsonb_strip_nulls(jsonb_build_object('username', a.username, 'given_name',
        a.given_name, 'family_name', a.family_name,
        'middle_name', a.middle_name, 'email', a.email, 'phone', a.phone, 'sms', a.sms,
            'identifier', a.identifier, 'master_id', a.master_id,
        'grades', array_to_string(a.grades, ','),
        'roles', (SELECT string_agg(r.role || '@' || r.source_id || '/' || r.school_id, ','
                                    ORDER BY r.role || '@' || r.source_id || '/' || r.school_id
                                        COLLATE "C")
                  FROM account_role r WHERE r.district_id = tenant() AND r.account_id = a.account_id
                      AND r.ended_on IS NULL))),
    'pins', (SELECT jsonb_agg(n.field) FROM pin n WHERE n.district_id = tenant()
        AND n.account_id = a.account_id
                 AND coalesce(n.until > $1::date, true)),
    'marks', (SELECT jsonb_agg(jsonb_build_array(k.kind, k.field, k.waits)) FROM declined k
        WHERE k.district_id = tenant() AND k.node = p.node),
    'memberships', (SELECT jsonb_agg(jsonb_build_array(h.name, h.ended_on IS NULL,
        h.origin = 'hand', h.version)) FROM (
        SELECT 'class:' || u.source_id || ':' || u.class_id || ':' || h.role AS name, h.ended_on,
            h.origin, h.version
        FROM membership h JOIN user_list u USING (district_id, list_id)
            WHERE h.district_id = tenant() AND h.account_id = a.account_id
        UNION ALL
        SELECT 'guardian:a:' || g.guardian_id, g.ended_on, g.origin, g.version FROM guardianship g
        WHERE g.district_id = tenant() AND g.student_id = a.account_id) h)
    )::text
FROM plan_comp p
JOIN account a ON a.district_id = tenant() AND a.account_id = p.account_id
LEFT JOIN exclusion x ON x.district_id = tenant() AND x.node = p.node
    AND coalesce(x.until > $1::date, true)
ORDER BY 1, 2
