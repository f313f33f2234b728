-- $1 act.
UPDATE act a SET state = 'applied', done_at = now(), applied = n.applied, overtaken = n.overtaken
FROM (SELECT count(*) FILTER (WHERE outcome = 'applied') AS applied,
          count(*) FILTER (WHERE outcome = 'overtaken') AS overtaken
      FROM act_item WHERE district_id = tenant() AND act_id = $1::uuid) n
WHERE a.district_id = tenant() AND a.act_id = $1::uuid AND a.state = 'approved'
RETURNING a.applied, a.overtaken
