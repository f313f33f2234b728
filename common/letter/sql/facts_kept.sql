-- What no sync changes because a person said so, as long as it holds; for who sees the whole district. $1 run, $2 zone,
-- $3 member.
SELECT jsonb_build_object('pins', p.n, 'excluded', x.n, 'by_hand', h.n)
FROM district d,
    LATERAL (SELECT count(*) AS n FROM pin WHERE district_id = d.district_id AND coalesce(until > local_date(d.time_zone), true)) p,
    LATERAL (SELECT count(*) AS n FROM exclusion WHERE district_id = d.district_id AND coalesce(until > local_date(d.time_zone), true)) x,
    LATERAL (SELECT count(*) AS n FROM hand_person WHERE district_id = d.district_id AND coalesce(until > local_date(d.time_zone), true)) h
WHERE d.district_id = tenant() AND p.n + x.n + h.n > 0 AND member_schools($3::uuid) IS NULL AND $1::uuid IS NOT NULL AND $2::text <> ''
