-- Tests of sources go, with their history.
SET search_path = rollcall;

DROP TRIGGER run_test_yields ON run;
DROP FUNCTION run_test_yields(), probe_schools(), probe_finish(uuid, int, text, jsonb, jsonb, jsonb, text), probe_before(uuid), probe_renew(uuid, int, bigint),
    probe_take(uuid, text, bigint), probes_due(int), probe_put_off(uuid, int, bigint), probe_request(uuid, text);
DROP TABLE probe;

RESET search_path;
