-- Open dead letters, by the stage that set them aside.
SELECT regexp_replace(d.stage, '^rollcall-', ''), count(*) FROM dead_letter d WHERE d.state = 'open' GROUP BY 1
