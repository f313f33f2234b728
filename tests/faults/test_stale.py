"""Processes that were only asleep: a fetcher stopped past its lease and continued, and the last batch and the last seal of a run held
and released together. Nothing stale is committed, and there is exactly one snapshot.ready (L1, C2)."""

import random
import time

import pytest
from support.twin import Twin
from with_faults import (
    applied_once, one_snapshot, quick_worker, start_quick, wait_done, wait_stopped, with_fault, without_fault,
)

pytestmark = pytest.mark.slow
LEASE_S = 2.0  # as with_faults.QUICK has it
COLLECTIONS = 6
SEED = 20260912


def finish(twin, run):
    wait_done(twin.stack, twin.district, run)
    twin.today()
    twin.check()
    one_snapshot(twin.stack, run)
    applied_once(twin.stack, run)


@pytest.mark.parametrize("point", ["fetcher.page.fetched", "fetcher.page.acked", "fetcher.page.checkpointed", "fetcher.task.before-commit"])
def test_a_fetcher_stopped_past_its_lease_and_continued_commits_nothing_stale(stack, point):
    start_quick(stack, "normalizer", "reconciler", "notifier", "scheduler")
    twin = Twin(stack, "maple-county", seed=7, students=40, schools=1, source={"page_size": 25})
    first = quick_worker(stack, "fetcher", "sleeper", ROLLCALL_FAULT=f"{point}:stop@3", ROLLCALL_STAGE_PARALLEL="1").start()
    run = twin.district.start_run()
    wait_stopped(stack, first, "the fetcher sleeps")
    time.sleep(LEASE_S + 0.5)
    quick_worker(stack, "fetcher", "successor").start()
    if point == "fetcher.task.before-commit":
        # It holds rows' locks: its successor waits for it, and what it commits is not stale.
        time.sleep(2)
        first.resume()
    finish(twin, run)
    before = facts(stack, run), twin.rows()
    first.resume()
    time.sleep(2)
    assert (facts(stack, run), twin.rows()) == before
    assert stack.sql("SELECT max(pass) FROM run_collection WHERE run_id = %s", [run]) == [(1,)]
    assert first.alive


def facts(stack, run):
    """What the fetchers have written of the run."""
    return (stack.sql("SELECT collection, lane, step, take, state, cursor FROM lane WHERE run_id = %s ORDER BY 1, 2", [run]),
            stack.sql("SELECT collection, pass, lane, place, page_id FROM lane_page WHERE run_id = %s ORDER BY 1, 2, 3, 4", [run]))


@pytest.mark.parametrize("batch", ["stage.begun", "reconciler.stage.before-commit"])
def test_the_last_batch_and_the_last_seal_released_together_make_one_snapshot(module_stack, batch):
    """One page a collection: the sixth page's fetcher is held before its lane's end, the sixth batch before it is staged or committed."""
    stack, chance = module_stack, random.Random(SEED)
    # One at a time: a process that sleeps with another of its transactions open would hold the run's lock.
    for name in ("fetcher", "reconciler"):
        if name not in stack.workers:
            quick_worker(stack, name, ROLLCALL_STAGE_PARALLEL="1")
    start_quick(stack)
    for number in range(5):
        twin = Twin(stack, f"county-{batch.split('.')[-1]}-{number}", seed=number, students=12, schools=1)
        fetcher = with_fault(stack, "fetcher", f"fetcher.page.checkpointed:stop@{COLLECTIONS}")
        reconciler = with_fault(stack, "reconciler", f"{batch}:stop@{COLLECTIONS}")
        run = twin.district.start_run()
        wait_stopped(stack, fetcher, "the last lane is held before its end")
        wait_stopped(stack, reconciler, "the last batch is held")
        sleepers = [fetcher, reconciler]
        chance.shuffle(sleepers)
        sleepers[0].resume()
        time.sleep(chance.uniform(0, 0.02))
        sleepers[1].resume()
        finish(twin, run)
        for name in ("fetcher", "reconciler"):
            without_fault(stack, name)
