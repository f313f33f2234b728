-- P1: a plan that proposes anything removes the settled marks of all who were decided together.
DELETE FROM settled s USING plan_busy b WHERE s.district_id = tenant() AND s.node = b.node
