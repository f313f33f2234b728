-- No school goes first any more: what waited for that alone goes. $1 plan.
UPDATE plan_item SET hold = ''
WHERE district_id = tenant() AND plan_id = $1::uuid AND hold = 'canary school'
