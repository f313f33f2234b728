"""SIGTERM at any moment of a run: readiness ends first, the exit is 0 inside the limit, and nothing is lost or doubled by it. And the door of
PostgreSQL shut to a program: it waits."""

import random
import threading
import time

import pytest
from support.stack import PROGRAMS
from support.twin import Twin
from with_faults import applied_once, one_snapshot, quick_worker, start_quick, told_once, wait_done

DRAIN_S = 10
ROUNDS = 3


class Watch(threading.Thread):
    """What /readyz says from the signal to the end."""

    def __init__(self, worker):
        super().__init__()
        self.worker, self.said = worker, []

    def run(self):
        while self.worker.alive:
            code, body = self.worker.admin.get("/readyz")
            if code:
                self.said.append((code, '"draining":true' in body))


def drain(worker):
    """Seconds that an orderly end took; what readiness said meanwhile."""
    watch = Watch(worker)
    worker.send(15)
    began = time.monotonic()
    watch.start()
    code = worker.ended(DRAIN_S + 5)
    took = time.monotonic() - began
    watch.join()
    assert code == 0, f"{worker.name} ended with {code}\n{worker.tail()}"
    assert took < DRAIN_S, f"{worker.name} took {took:.1f} s\n{worker.tail()}"
    # A few answers may come before the process sees the signal; what it has taken back it does not say again.
    codes = [code for code, _ in watch.said]
    assert codes == sorted(codes), watch.said
    return took, [draining for code, draining in watch.said if code == 503]


def test_each_program_is_ended_again_and_again_in_mid_run_and_nothing_is_lost(stack):
    start_quick(stack, ROLLCALL_DRAIN_TIMEOUT=f"{DRAIN_S}s")
    twin = Twin(stack, "storm", seed=4, students=80, schools=2, source={"page_size": 20})
    stack.sis.fault(twin.district.slug, "drip", piece=2000, pause=0.005)
    run = twin.district.start_run()
    order = random.Random(4).sample(PROGRAMS * ROUNDS, len(PROGRAMS) * ROUNDS)
    drains = []
    for name in order:
        worker = stack[name]
        drains.append(drain(worker))
        worker.start()
        worker.wait_ready()
    assert any(any(seen) for _, seen in drains), "no drain was seen by readiness"
    wait_done(stack, twin.district, run, seconds=150)
    twin.today()
    twin.check()
    one_snapshot(stack, run, repeated=True)
    applied_once(stack, run)
    told_once(stack, run, "held", "result")
    assert not stack.sql("SELECT * FROM dead_letter")


def test_a_killed_notifiers_mails_go_out_within_seconds(stack):
    """Whatever the killed one held, whoever comes next sees that its holder's connections are gone."""
    start_quick(stack)
    twin = Twin(stack, "lease", seed=5, students=15, schools=1)
    stack["notifier"].wait_ready()
    stack["notifier"].kill()
    run = twin.district.start_run()
    stack.wait(lambda: twin.district.state_of(run) == "On hold", "the run waits")
    stack["notifier"].start()
    began = time.monotonic()
    stack.wait(lambda: stack.sql("SELECT count(*) FROM mail WHERE state = 'accepted'") == [(1,)], "the mail is out")
    assert time.monotonic() - began < 20


# ---- connections ---------------------------------------------------------------------------------------------------------------------------


def connections(stack, name):
    return stack.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND datname = %s", [f"rollcall_{name}", stack.database])[0][0]


def test_a_program_without_room_at_the_server_waits_and_goes_on_when_there_is_some(stack):
    worker = quick_worker(stack, "normalizer")
    stack.sql("ALTER ROLE rollcall_normalizer CONNECTION LIMIT 1")
    try:
        worker.start()
        worker.wait_for_event("process.waiting")
        stack.wait(lambda: connections(stack, "normalizer") == 1, "it has the one that it may have")
        time.sleep(1)
        assert worker.alive and not worker.admin.ready()
        assert "53300" in worker.admin.get("/readyz")[1] or "too many connections" in worker.admin.get("/readyz")[1]
    finally:
        stack.sql("ALTER ROLE rollcall_normalizer CONNECTION LIMIT -1")
    worker.wait_ready()
    stack.wait(lambda: connections(stack, "normalizer") == 4, "every thread has its own")


def test_a_budget_that_is_too_small_for_the_work_is_a_wrong_configuration(stack):
    worker = quick_worker(stack, "fetcher", ROLLCALL_DATABASE_CONNECTIONS="3")
    worker.start()
    assert worker.ended(20) == 78
    assert "database.connections is 3, but 6 are needed" in worker.log()


def test_a_budget_is_kept_and_each_connection_has_its_name_and_limits(stack):
    worker = quick_worker(stack, "normalizer", ROLLCALL_DATABASE_CONNECTIONS="2", ROLLCALL_STAGE_PARALLEL="2",
                          ROLLCALL_DATABASE_STATEMENT_TIMEOUT="7s", ROLLCALL_DATABASE_LOCK_TIMEOUT="3s")
    worker.start()
    worker.wait_ready()
    stack.wait(lambda: connections(stack, "normalizer") == 2, "every thread has its own")
    stack.wait(lambda: worker.admin.metrics()["rollcall_database_connections"] == 2, "it tells of them")
    names = {row[0] for row in stack.sql("SELECT application_name FROM pg_stat_activity WHERE usename = 'rollcall_normalizer' AND datname = %s",
                                         [stack.database])}
    assert len(names) == 1 and names.pop().startswith("rollcall-normalizer@")
