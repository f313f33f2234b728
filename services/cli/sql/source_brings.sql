-- What goes with the source ($1) and what the other ($2) brings beside: class lists and memberships that end, people whom the open
-- plan would make of the other's records, and chosen schools that the other has not sent.
SELECT (SELECT count(*) FROM user_list u WHERE u.district_id = tenant() AND u.source_id = $1::uuid),
    (SELECT count(*) FROM user_list u JOIN membership m ON m.district_id = u.district_id AND m.list_id = u.list_id
     WHERE u.district_id = tenant() AND u.source_id = $1::uuid AND m.ended_on IS NULL AND m.origin = 'roster'),
    (SELECT count(*) FROM plan p JOIN plan_item i ON i.district_id = p.district_id AND i.plan_id = p.plan_id
     WHERE p.district_id = tenant() AND p.state = 'open' AND i.kind = 'create' AND i.outcome IS NULL
       AND i.subject LIKE 'r:' || $2::text || ':%'),
    (SELECT string_agg(DISTINCT o.body ->> 'name', ', ') FROM mirror_record o
     WHERE o.district_id = tenant() AND o.source_id = $1::uuid AND o.collection = 'orgs' AND o.present AND o.body ->> 'type' = 'school'
       AND $2::uuid IS NOT NULL AND NOT EXISTS (
           SELECT FROM mirror_record n
           WHERE n.district_id = tenant() AND n.source_id = $2::uuid AND n.collection = 'orgs' AND n.present
             AND lower(n.body ->> 'name') = lower(o.body ->> 'name')))
