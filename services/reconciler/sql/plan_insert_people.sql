INSERT INTO plan_person (district_id, plan_id, person, reads) SELECT tenant(), $1::uuid, person,
    reads FROM plan_new_person
