-- P1: a plan that proposes anything removes the settled marks of all who were decided together.
DELETE FROM settled_record s USING plan_new_person n, plan_record p
WHERE n.person = p.person AND s.district_id = tenant() AND s.row_no = p.row_no
