"""One page that ends the normalizer each time it is read, among those of seven other districts, through a rebalance and an outage of
PostgreSQL: one dead letter, seven directories, and a run that goes on once the normalizer was mended, or without the page (S3, R4)."""

import time

import pytest
from support.mail import MailSink
from support.postgres import OWNER, Postgres
from support.cli import Cli
from support.stack import Stack
from support.twin import Twin
from with_faults import applied_once, events_of, one_snapshot, quick_worker, start_quick, wait_done, without_fault

pytestmark = pytest.mark.slow
OTHERS = 7


@pytest.fixture
def stack(programs, tmp_path, redis, kafka, sis):
    """A stack with a PostgreSQL of its own, which what it acknowledged outlives."""
    with Postgres(synchronous_commit="on") as server, MailSink() as mail:
        server.create_owner()
        database = server.create_database()
        Cli({"ROLLCALL_DATABASE_URL": server.url(OWNER, database)}).run("db", "migrate").ok()
        made = Stack(tmp_path, server, database, redis, kafka, mail, sis)
        made.cli.run("topics", "apply").ok()
        try:
            yield made
            made.close()
        finally:
            made.kill()


class Supervisor:
    """Starts the normalizers again whenever they end, as their host would, for as long as somebody waits with it."""

    def __init__(self, stack, *labels):
        self.stack, self.labels = stack, list(labels)
        self.starts = 0

    def watch(self, condition, what, seconds=120):
        def looked():
            for label in self.labels:
                if not self.stack[label].alive:
                    self.stack[label].start()
                    self.starts += 1
            return condition()
        return self.stack.wait(looked, what, seconds)

    def watch_for(self, seconds):
        until = time.monotonic() + seconds
        self.watch(lambda: time.monotonic() > until, "so much time has passed")


def letters(stack):
    return stack.sql("SELECT district_id, run_id::text, collection, error_class, stage, state FROM dead_letter")


def test_one_crashing_page_among_seven_good_ones_is_one_dead_letter_and_its_run_goes_on_when_mended(stack):
    start_quick(stack, "fetcher", "reconciler", "notifier", "scheduler")
    twins = [Twin(stack, f"county-{n}", seed=n, students=15, schools=1) for n in range(1 + OTHERS)]
    bad, *good = twins
    fault = f"normalizer.page:kill={bad.district.id} users"
    first = quick_worker(stack, "normalizer", ROLLCALL_FAULT=fault).start()
    supervisor = Supervisor(stack, "normalizer")
    runs = {twin: twin.district.start_run() for twin in twins}

    supervisor.watch(lambda: supervisor.starts >= 1, "the page has ended the normalizer once")
    quick_worker(stack, "normalizer", "second", ROLLCALL_FAULT=fault).start()
    supervisor.labels.append("second")
    stack.postgres.stop()
    supervisor.watch_for(3)
    stack.postgres.start()
    supervisor.watch(lambda: letters(stack) != [], "the page is set aside")
    supervisor.labels.remove("second")
    if stack["second"].alive:
        stack["second"].stop()
    for twin in good:
        supervisor.watch(lambda twin=twin: twin.district.state_of(runs[twin]) == "On hold", "a good district waits for its owner")
    supervisor.watch(lambda: bad.district.state_of(runs[bad]) == "Paused", "the run with the page waits for a person")

    assert letters(stack) == [(bad.district.id, runs[bad], "users", "crash", "rollcall-normalizer", "open")]
    assert len(events_of(stack, "dead.letter", runs[bad])) == 1
    for twin in good:
        wait_done(stack, twin.district, runs[twin])
        twin.today()
        twin.check()
    assert first.alive

    without_fault(stack, "normalizer")
    bad.district.run("dead-letter", "replay", "--all", "--yes").ok()
    wait_done(stack, bad.district, runs[bad])
    bad.today()
    bad.check()
    one_snapshot(stack, runs[bad])
    applied_once(stack, runs[bad])
    assert [row[5] for row in letters(stack)] == ["replayed"]


def test_pages_that_are_discarded_let_their_run_end_without_them_and_archive_nobody(stack):
    start_quick(stack, "fetcher", "reconciler", "notifier", "scheduler", "normalizer")
    twin = Twin(stack, "maple-county", seed=3, students=40, schools=1, source={"page_size": 30})
    twin.district.first_sync()
    twin.today()
    twin.check()
    people = stack.sql("SELECT count(*) FROM account WHERE status = 'active'")
    twin.next_day(4, changed=0.05, leave=5)

    stack["normalizer"].stop()
    stack["normalizer"].set(ROLLCALL_FAULT=f"normalizer.page:reject={twin.district.id} users").start()
    run = twin.district.start_run()
    assert twin.district.wait_for_run(run) == "Paused"
    without_fault(stack, "normalizer")
    twin.district.run("dead-letter", "discard", "--all", "--yes", "--reason", "cannot be mended").ok()
    wait_done(stack, twin.district, run)
    one_snapshot(stack, run)
    assert stack.sql("SELECT sealed FROM run_collection WHERE run_id = %s AND collection = 'users'", [run]) == [(False,)]
    assert stack.sql("SELECT count(*) FROM account WHERE status = 'active'") == people
    assert stack.sql("SELECT count(*) FROM history WHERE run_id = %s AND kind = 'archive'", [run]) == [(0,)]
    twin.today(unsealed={"users"})
    for _ in range(2):
        twin.district.sync()
        twin.today()
        twin.check()
