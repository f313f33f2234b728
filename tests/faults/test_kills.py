"""kill -9 of random workers at random moments of a sync, and an empty Redis in every round: each run completes, the directory is that of an
independent model, and each run is told once.

ROLLCALL_TEST_KILL_ROUNDS, ROLLCALL_TEST_KILL_STUDENTS and ROLLCALL_TEST_KILL_SEED choose how much and which; the seed is printed.
"""

import datetime
import multiprocessing
import os
import random
import time

import pytest
from sis.evolve import evolve
from sis.model_compare import compare
from support.stack import CLIENT, PROGRAMS, SECRET
from support.twin import Twin
from with_faults import applied_once, deliveries, kill_and_start, one_snapshot, start_quick, told_once

CHECK_EVERY = 10
KILLS = 4
MOST_OF_ONE = 2  # a third in the same message is what S3 calls poison, and sets it aside


def chosen(name, default):
    return int(os.environ.get(f"ROLLCALL_TEST_KILL_{name}", default))


class Model:
    """The model in a process of its own, beside the sync: it takes as long as the sync does."""

    def __init__(self, twin, worlds):
        self.twin, self.worlds = twin, worlds
        self.ours, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=self._serve, args=(theirs,), daemon=True)
        self.process.start()

    def _serve(self, pipe):
        while (work := pipe.recv()) is not None:
            name, argument = work
            pipe.send(getattr(self, name)(argument))

    def day(self, number):
        """The day of a world; what there should be then."""
        self.twin.world = self.worlds[number]
        self.twin.today()
        rows = self.twin.model.rows()
        return (sum(row["status"] == "active" for row in rows["accounts"].values()), len(rows["accounts"]),
                sum(not row["ended"] for row in rows["memberships"].values()))

    def differences(self, _):
        return compare(self.twin.model.rows(), self.twin.rows())

    def ask(self, name, argument=None):
        self.ours.send((name, argument))

    def answer(self):
        assert self.ours.poll(300), "the model is at work for five minutes"
        return self.ours.recv()

    def end(self):
        self.ours.send(None)
        self.process.join(10)


class Trial:
    """A district that goes to and fro between two days, so that something changes, leaves and comes back all the time."""

    def __init__(self, stack, students, seed):
        self.stack, self.chance = stack, random.Random(seed)
        self.twin = Twin(stack, "maple-county", seed=1, students=students, schools=max(2, students // 1500))
        self.district = self.twin.district
        leave = max(2, students // 500)
        self.worlds = [self.twin.world, evolve(self.twin.world, 2, changed=0.005, leave=leave, new=leave, move=leave)]
        self._serve_the_other_day()
        self.model = Model(self.twin, self.worlds)
        self.usual = 5.0
        self.kills = self.unknown = 0

    def _serve_the_other_day(self):
        path = self.stack.folder / "other-world.json"
        self.worlds[1].save(path)
        self.stack.sis.put("other-day", auth={"kind": "oauth2", "client_id": CLIENT, "secret": SECRET}, world_path=str(path))

    def show(self, number):
        """Which day it is costs nothing: each stands under an address of its own."""
        name = (self.district.slug, "other-day")[number]
        # A new address makes a source forget what was read at the old one: the trigger's transaction names the district.
        self.stack.sql("UPDATE source SET base_url = %s, token_url = %s FROM (SELECT set_config('rollcall.district', district_id::text, true) FROM district) d",
                       [self.stack.sis.base_url(name), self.stack.sis.token_url(name)])

    def first(self):
        """The first sync, and a quiet one that says how long one takes."""
        self.model.ask("day", 0)
        self.district.first_sync(seconds=600)
        self.counted(self.model.answer())
        begun = time.monotonic()
        self.model.ask("day", 0)
        self.district.sync(seconds=300)
        self.usual = time.monotonic() - begun
        self.counted(self.model.answer())

    def counted(self, due):
        found = self.stack.sql("SELECT (SELECT count(*) FROM account WHERE status = 'active'), (SELECT count(*) FROM account), "
                               "(SELECT count(*) FROM membership WHERE ended_on IS NULL)")[0]
        assert found == due, f"active accounts, accounts, memberships: {found}, should be {due}"

    def blows(self):
        """When what is hit: (seconds, worker), None for Redis."""
        victims = self.chance.sample([name for name in PROGRAMS for _ in range(MOST_OF_ONE)], KILLS)
        return sorted(((self.chance.uniform(0, self.usual), victim) for victim in [*victims, None]), key=lambda blow: blow[0])

    def strike(self, victim):
        if victim is None:
            self.stack.redis.flush()
            return
        kill_and_start(self.stack, victim)
        self.kills += 1

    def is_over(self, run):
        assert self.district.state_of(run) not in ("Failed", "Paused", "On hold", "Superseded", "Cancelled"), self.stack.describe()
        return self.district.state_of(run).startswith("Completed")

    def round(self, number):
        """A sync under blows; how long it took."""
        self.model.ask("day", number)
        self.show(number)
        begun = time.monotonic()
        run = self.district.start_run()
        for due, victim in self.blows():
            time.sleep(max(0.0, begun + due - time.monotonic()))
            self.strike(victim)
        self.stack.wait(lambda: self.is_over(run), f"run {run} completes", 180)
        took = time.monotonic() - begun
        self.check(run)
        return took

    def check(self, run):
        one_snapshot(self.stack, run, repeated=True)
        applied_once(self.stack, run)
        self.counted(self.model.answer())
        ((_, state, message_id),) = told_once(self.stack, run, "result")
        # M1: one that was in the mail server's hands when we were killed may have arrived, and is not sent again.
        assert state in ("accepted", "unknown")
        assert deliveries(self.stack, message_id) in ((1,) if state == "accepted" else (0, 1))
        self.unknown += state == "unknown"

    def compare(self):
        self.model.ask("differences")
        differences = self.model.answer()
        assert not differences, "\n".join(differences[:30])


def undergo(stack, rounds, students):
    seed = chosen("SEED", datetime.date.today().toordinal())
    print(f"\nkills: {rounds} rounds, {students} students, ROLLCALL_TEST_KILL_SEED={seed}")
    start_quick(stack, ROLLCALL_STAGE_SESSION_TIMEOUT="2s")
    trial = Trial(stack, students, seed)
    trial.first()
    print(f"undisturbed: {trial.usual:.1f} s")
    took = []
    for number in range(rounds):
        # Each day is shown twice: who is missing in both is archived, and comes back.
        took.append(trial.round((number + 1) // 2 % 2))
        if number % CHECK_EVERY == CHECK_EVERY - 1 or number == rounds - 1:
            trial.compare()
    trial.model.end()
    print(f"{trial.kills} kills, {rounds} times FLUSHALL, {trial.unknown} mails unknown; rounds of {min(took):.1f} to {max(took):.1f} s, {sum(took):.0f} s in all")


def test_five_rounds_of_kills_end_in_the_same_directory(stack):
    undergo(stack, 5, 200)


@pytest.mark.slow
def test_fifty_rounds_of_kills_in_a_large_district_end_in_the_same_directory(fast_programs, stack):
    undergo(stack, chosen("ROUNDS", 50), chosen("STUDENTS", 20000))
