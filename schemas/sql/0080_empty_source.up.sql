-- A list of people that comes empty page by page proves nothing and is never sealed, so that 0046 told of an empty source only where it came as
-- files. Both count now, but not on days on which the district said that its source would be empty.
SET search_path = rollcall;

-- The source's own days on which emptiness is expected, else the district's; a span may reach over the turn of the year.
CREATE FUNCTION empty_expected(p_source uuid, p_day date) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT s.value FROM setting s
            WHERE s.district_id = tenant() AND s.name = 'expected-empty' AND s.scope IN ('', 'source:' || p_source)
            ORDER BY s.scope DESC LIMIT 1) own
        CROSS JOIN LATERAL jsonb_array_elements_text(own.value) span
        CROSS JOIN LATERAL (
            SELECT trim(split_part(span, '/', 1)) AS began, coalesce(nullif(trim(split_part(span, '/', 2)), ''), trim(span)) AS ended) d
        CROSS JOIN LATERAL (SELECT right(p_day::text, length(d.began)) AS today) t
        WHERE CASE WHEN began <= ended THEN today BETWEEN began AND ended ELSE today >= began OR today <= ended END) $$;
GRANT EXECUTE ON FUNCTION empty_expected(uuid, date) TO rollcall_scheduler;

-- What a source's last reading was like, and when its key ends.
CREATE OR REPLACE FUNCTION causes_of_sources() RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT 'source.vanished', s.source_id::text, NULL::uuid, s.source_id, format('%s is no longer shared with us: its list of districts '
               'lacks yours since %s. Nobody is archived because of it', s.name, to_char(c.since AT TIME ZONE d.time_zone, 'FMDD Mon YYYY')),
           interval '7 days'
    FROM clever_source c JOIN source s USING (district_id, source_id) JOIN district d USING (district_id)
    WHERE c.district_id = tenant() AND c.state = 'vanished' AND s.removed_at IS NULL
    UNION ALL
    SELECT 'source.empty', s.source_id::text, r.run_id, s.source_id, format('%s has no people any more: its list came empty. '
               'Nobody is archived because of it', s.name), interval '7 days'
    FROM source s CROSS JOIN LATERAL (
        SELECT x.* FROM run x WHERE x.district_id = s.district_id AND x.source_id = s.source_id AND x.ready_at IS NOT NULL AND x.kind = 'full'
        ORDER BY x.requested_at DESC, x.run_id DESC LIMIT 1) r
    JOIN run_collection c ON c.district_id = r.district_id AND c.run_id = r.run_id AND c.collection = 'users'
        AND (c.sealed OR c.reason = 'the source answered with nothing')
    JOIN district d ON d.district_id = s.district_id
    WHERE s.district_id = tenant() AND s.removed_at IS NULL AND NOT empty_expected(s.source_id, local_date(d.time_zone))
      AND NOT EXISTS (SELECT FROM lane l WHERE l.district_id = c.district_id AND l.run_id = c.run_id AND l.collection = c.collection
                        AND l.pass = c.pass AND l.received > 0)
      AND EXISTS (SELECT FROM account_link k WHERE k.district_id = s.district_id AND k.source_id = s.source_id)
    UNION ALL
    SELECT 'credentials.expiring', s.source_id || ':' || s.credentials_expire_on, NULL, s.source_id,
           format(CASE WHEN left_days < 0 THEN 'the key of %1$s ended on %2$s' ELSE 'the key of %1$s ends on %2$s' END
               || ': have the SIS''s administrator make a new one, and enter it', s.name, to_char(s.credentials_expire_on, 'FMDD Mon YYYY')),
           CASE WHEN left_days > 7 THEN interval '7 days' ELSE interval '1 day' END
    FROM source s JOIN district d USING (district_id), LATERAL (SELECT s.credentials_expire_on - local_date(d.time_zone) AS left_days) l
    WHERE s.district_id = tenant() AND s.removed_at IS NULL AND left_days <= 30 $$;

RESET search_path;
