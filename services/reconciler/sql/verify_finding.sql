-- People whom the list lacks and whom the source has: a fault of the list.
INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
SELECT tenant(), $1::uuid, 'users', 'users.list.incomplete', 'warning',
       'The source''s list of users lacks ' || count(*) || ' whom it still has when it is asked for'
           || ' them by id. They stay. Ask its vendor why the list lacks them.'
FROM verify_person v WHERE v.run_id = $1::uuid AND v.answer = 'active' AND NOT v.control
    AND (SELECT r.people IS NULL FROM run r WHERE r.district_id = tenant() AND r.run_id = $1::uuid)
HAVING count(*) > 0
