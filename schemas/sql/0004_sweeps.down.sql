SET search_path = rollcall;
DROP POLICY all_districts_rollcall_scheduler ON undo;
REVOKE SELECT (district_id, undo_id, run_id, requested_at, done_at) ON undo FROM rollcall_scheduler;
REVOKE SELECT (district_id, plan_id, hold, decision, decided_at, outcome) ON plan_item FROM rollcall_scheduler;
DROP TABLE bus_mark;
DROP FUNCTION say_again(text, uuid, timestamptz, interval);
DROP TABLE said;
DROP FUNCTION night_after(timestamptz, time, text);
RESET search_path;
