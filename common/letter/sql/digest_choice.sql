-- What a member chose and was told of last. $1 member, $2 zone of the mail, NULL: the member's, $3 when it was due.
SELECT m.digest, z.zone, m.digest_hour, mail_reaches(m.member_id, true), (now() AT TIME ZONE z.zone)::date::text, w.since::text,
       coalesce(CASE WHEN g.told_to = w.since THEN g.told_from END, w.since - p.length)::text,
       to_char(now() AT TIME ZONE z.zone, 'Dy, FMDD Mon YYYY'), extract(isodow FROM coalesce($3::timestamptz, now()) AT TIME ZONE z.zone) = 1
FROM member m
JOIN district d USING (district_id)
LEFT JOIN digest_member g USING (district_id, member_id)
CROSS JOIN LATERAL (SELECT coalesce($2::text, m.time_zone, d.time_zone) AS zone) z
CROSS JOIN LATERAL (SELECT CASE m.digest WHEN 'weekly' THEN interval '7 days' ELSE interval '1 day' END AS length) p
CROSS JOIN LATERAL (SELECT greatest(coalesce(g.told_to, now() - p.length), now() - CASE m.digest WHEN 'only problems' THEN p.length ELSE interval '31 days' END) AS since) w
WHERE m.district_id = tenant() AND m.member_id = $1::uuid
