-- Takes the protocol's functions and their two columns away.
SET search_path = rollcall;

DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rollcall'::regnamespace AND p.proname = ANY (ARRAY[
        'run_credits', 'run_passes', 'run_pass_time', 'run_deadline', 'lane_tries', 'event_add', 'lane_say', 'alert_add',
        'run_holds', 'source_lock', 'lanes_lock', 'run_lock', 'run_missing', 'run_outstanding', 'run_lanes', 'trace_new', 'run_request',
        'run_begin', 'pass_lanes', 'run_test_ready', 'run_wake', 'pass_contradiction', 'pass_turn', 'pass_last', 'pass_new',
        'pass_current', 'collection_seal', 'lane_take', 'lane_renew', 'lane_release', 'lane_mine', 'lane_step', 'lane_list', 'lane_goes_on',
        'lane_restart', 'lane_shrink', 'lane_defer', 'lane_fail', 'lane_break', 'lanes_due', 'lane_emit', 'source_free',
        'run_waits_for_person', 'run_park', 'run_resume', 'run_fail', 'run_end', 'run_supersede_parked', 'dead_letter_close',
        'page_replay', 'page_discard', 'lane_resume', 'lane_reopen', 'lane_discard', 'run_replay'
    ]) LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', f);
    END LOOP;
END $$;
ALTER TABLE lane DROP COLUMN said_at;
ALTER TABLE run DROP COLUMN woken;

RESET search_path;
