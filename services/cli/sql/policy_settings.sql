SELECT s.scope, s.name, s.value::text, local_date(d.time_zone) FROM district d LEFT JOIN setting s USING (district_id) WHERE d.district_id = tenant()
