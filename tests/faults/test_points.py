"""kill -9 at every named point of the programs, during a first sync with its approval and its mails: the directory, the ledger and the
mails end as if nothing had been. Where the list of points (tests/data/fault-points.txt) grows, the table here must grow with it."""

import itertools

import pytest
from support.paths import ROOT
from support.twin import Twin
from with_faults import (
    applied_once, deliveries, is_told, one_snapshot, quick_worker, start_quick, told_once, wait_done, wait_killed, with_fault, without_fault,
)

POINTS = [line for line in (ROOT / "tests/data/fault-points.txt").read_text().split("\n") if line and not line.startswith("#")]

# Which programs pass a point of the skeleton, and at which pass they are killed; ticks pass theirs all the time.
SHARED = {
    "relay.removed": {"reconciler": 1},
    "relay.sent": {"reconciler": 1},
    "stage.begun": {"fetcher": 2, "normalizer": 2, "reconciler": 2, "notifier": 1},
    "stage.committed": {"fetcher": 2, "normalizer": 2, "reconciler": 2, "notifier": 1},
    "stage.handled": {"fetcher": 2, "normalizer": 2, "reconciler": 2, "notifier": 1},
    "stage.sent": {"fetcher": 2, "normalizer": 2},
    "tick.acted": {"scheduler": 9, "notifier": 9},
    "tick.begun": {"scheduler": 9, "notifier": 9},
}
# Points on a dead letter's way, and who passes them.
LETTERS = {"stage.rejected": "normalizer", "reconciler.dead-letter.before-commit": "reconciler"}
# Points that a sync of a SIS does not pass, and the tests that kill there.
ELSEWHERE = {"fetcher.pickup.stored": "tests/e2e/test_sftp.py",
             "webhook.opened": "tests/integration/test_webhook.py", "webhook.sent": "tests/integration/test_webhook.py"}

CASES = [(point, program, number) for point in POINTS if point not in {*LETTERS, *ELSEWHERE}
         for program, number in SHARED.get(point, {point.split(".")[0]: 1}).items()]
numbers = itertools.count(1)


def quick(cases, names):
    """All of them; a quick run takes the points that are named."""
    return [case if case[0] in names else pytest.param(*case, marks=pytest.mark.slow) for case in cases]


@pytest.fixture(scope="module", name="stack")
def _stack(module_stack):
    # One relay alone, so that it is the one that is killed; the others are alike. Kafka keeps what a killed program has not done: nothing
    # need be said again, and a machine on which a start takes long would have it said.
    quick_worker(module_stack, "scheduler", ROLLCALL_RELAY_ENABLED="false", ROLLCALL_SCHEDULER_AGAIN_AFTER="10m")
    start_quick(module_stack, "fetcher", ROLLCALL_RELAY_ENABLED="false")
    return start_quick(module_stack)


@pytest.fixture
def twin(stack):
    number = next(numbers)
    return Twin(stack, f"county-{number}", seed=number, students=15, schools=1, source={"page_size": 40})


def check(twin, run):
    stack = twin.stack
    twin.today()
    twin.check()
    one_snapshot(stack, run)
    applied_once(stack, run)


def test_every_point_is_of_a_program_or_in_the_table(stack):
    programs = {point.split(".")[0] for point in POINTS}
    assert programs <= {"fetcher", "normalizer", "reconciler", "notifier", "webhook", "stage", "relay", "tick"}
    assert {point for point in POINTS if point.split(".")[0] in ("stage", "relay", "tick")} == {*SHARED, "stage.rejected"}
    assert {*LETTERS, *ELSEWHERE} <= set(POINTS)
    assert all(f"{point}:kill" in (ROOT / where).read_text() for point, where in ELSEWHERE.items())
    assert stack.workers


@pytest.mark.parametrize(("point", "program", "number"), quick(CASES, {"fetcher.page.acked", "reconciler.applied", "relay.sent"}))
def test_a_kill_at_each_point_ends_in_the_same_directory_and_one_mail_of_each_kind(stack, twin, point, program, number):
    worker = with_fault(stack, program, f"{point}:kill@{number}")
    run = twin.district.start_run()
    # Who is told of the hold outlived it: a point right behind its commit has passed.
    stack.wait(lambda: not worker.alive or is_told(stack, run), "the point is reached, or the owner is told of the hold")
    approved = worker.alive and program == "reconciler"
    if approved:
        twin.district.approve()
    wait_killed(stack, worker, f"{program} is killed at {point}")
    without_fault(stack, program)
    if approved:
        twin.district.wait_for_run(run, "Completed", "Completed with warnings", seconds=90)
    else:
        wait_done(stack, twin.district, run)
    check(twin, run)
    for kind, state, message_id in told_once(stack, run, "held", "result"):
        assert state == "accepted", kind
        # M1: what waits for a decision is sent again where nobody knows whether it has arrived.
        assert deliveries(stack, message_id) == (2 if kind == "held" and point == "notifier.sent" else 1), kind


@pytest.mark.slow
@pytest.mark.parametrize(("point", "taken"), [("notifier.handed-over", 0), ("notifier.sent", 1)])
def test_a_result_that_may_have_arrived_is_never_sent_twice_and_the_next_mail_says_so(stack, twin, point, taken):
    run = twin.district.sync()
    told_once(stack, run, "held")
    worker = with_fault(stack, "notifier", f"{point}:kill")
    twin.district.approve()
    wait_killed(stack, worker)
    without_fault(stack, "notifier")
    check(twin, run)
    (mail,) = [mail for mail in told_once(stack, run, "held", "result") if mail[0] == "result"]
    assert mail[1] == "unknown"
    assert deliveries(stack, mail[2]) == taken
    after = twin.district.sync()
    told_once(stack, after, "result")
    told = [one for one in stack.mail.taken() if twin.district.owner in one.recipients]
    assert "may not have reached you" in told[-1].part("plain")


@pytest.mark.slow
@pytest.mark.parametrize("point", LETTERS)
def test_a_kill_around_a_dead_letter_leaves_one_letter_and_the_page_is_mended_by_replaying_it(stack, twin, point):
    rejects = f"normalizer.page:reject={twin.district.id} users"
    if LETTERS[point] == "normalizer":
        worker = with_fault(stack, "normalizer", f"{rejects},{point}:kill")
    else:
        with_fault(stack, "normalizer", rejects).wait_ready()
        worker = with_fault(stack, "reconciler", f"{point}:kill")
    run = twin.district.start_run()
    wait_killed(stack, worker, f"{worker.name} is killed at {point}")
    if worker.name == "normalizer":
        worker.set(ROLLCALL_FAULT=rejects).start()
    else:
        without_fault(stack, "reconciler")
    assert twin.district.wait_for_run(run) == "Paused"
    letters = stack.sql("SELECT state, error_class, collection FROM dead_letter WHERE run_id = %s", [run])
    assert set(letters) == {("open", "reject", "users")}
    pages = stack.sql("SELECT count(*), count(DISTINCT page_id) FROM dead_letter WHERE run_id = %s", [run])[0]
    assert pages[0] == pages[1]
    without_fault(stack, "normalizer")
    twin.district.run("dead-letter", "replay", "--all", "--yes").ok()
    wait_done(stack, twin.district, run)
    check(twin, run)
    assert all(state == "accepted" for _, state, _ in told_once(stack, run, "held", "result"))
