-- The records behind a person, each with how it stands. $1 node.
WITH mine AS (
    SELECT l.source_id, l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1::text LIKE 'a:%' THEN substr($1, 3)::uuid END
    UNION
    SELECT CASE WHEN $1 LIKE 'r:%' THEN split_part($1, ':', 2)::uuid END, substr($1, 40))
SELECT s.name, m.sourced_id,
    CASE WHEN s.removed_at IS NOT NULL THEN 'its source was removed and has no say'
         WHEN x.node IS NOT NULL THEN 'excluded by ' || x.set_by || ': ' || x.reason || coalesce(', until ' || x.until, '')
         WHEN m.unread THEN 'in the source, but its values could not be read: see findings'
         WHEN m.gone = 2 THEN 'gone: missing since ' || m.absent_on || ', and a later complete sync lacked it too'
         WHEN m.gone = 1 THEN 'missing since ' || m.absent_on || '; its removal waits, since a sync that lacked it raised doubt'
         WHEN m.absent_on IS NOT NULL AND m.marked_deleted THEN 'marked as deleted in the source since ' || m.absent_on || '; counts as gone once a later complete sync says so too'
         WHEN m.absent_on IS NOT NULL THEN 'missing since ' || m.absent_on || '; counts as gone once a later complete sync lacks it too'
         WHEN o.complete > 0 THEN 'disabled in the source since ' || o.began_on || ', and a later complete sync said so too' || o.follows
         WHEN o.began_on IS NOT NULL THEN 'disabled in the source since ' || o.began_on || '; the countdown is complete once a later complete sync says so too' || o.follows
         WHEN l.account_id IS NOT NULL THEN 'in the source, and the account follows it'
         WHEN c.node IS NOT NULL THEN 'in the source; an account for it was declined by ' || c.by || ' on ' || c.at::date
         WHEN EXISTS (SELECT FROM match_question q WHERE q.district_id = tenant() AND q.row_no = m.row_no)
             THEN 'in the source, ambiguous: it may be that of an account, which a person must say'
         ELSE 'in the source, without an account' END,
    m.first_run, m.last_run, r.started_at, m.modified, m.body
FROM mine
JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = mine.source_id AND m.collection = 'users' AND m.sourced_id = mine.sourced_id
JOIN source s ON s.district_id = tenant() AND s.source_id = m.source_id
LEFT JOIN run r ON r.district_id = tenant() AND r.run_id = m.last_run
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id
LEFT JOIN exclusion x ON x.district_id = tenant() AND x.node IN ('r:' || m.source_id || ':' || m.sourced_id, 'a:' || l.account_id)
    AND coalesce(x.until > (SELECT local_date(time_zone) FROM district WHERE district_id = tenant()), true)
LEFT JOIN LATERAL (
    SELECT d.complete, d.began_on, CASE WHEN EXISTS (SELECT FROM setting t WHERE t.district_id = tenant() AND t.name = 'disabled-people' AND t.value = '"archive"')
        THEN ' (setting disabled-people)' ELSE '; the setting disabled-people keeps them' END AS follows
    FROM disabled_record d WHERE d.district_id = tenant() AND d.source_id = m.source_id AND d.sourced_id = m.sourced_id) o ON true
LEFT JOIN declined c ON c.district_id = tenant() AND c.node = 'r:' || m.source_id || ':' || m.sourced_id AND c.kind = 'presence'
ORDER BY s.authority, s.name, m.sourced_id
