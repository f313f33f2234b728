"""One district never hurts another (design 2.6): while a large one is read, small ones take at most twice their time alone.

What is compared is the fetching, from request to the last page in the ledger, in one run on one machine; what follows the fetchers is
played, so that a slow machine's reconciler does not decide. ROLLCALL_FAIR="STUDENTS SMALL STUDENTS_OF_A_SMALL_ONE PAGE_SIZE" sets the
sizes, for instance "200000 90 500 1000"."""

import os
import statistics
import threading

import pytest
from sis.generate import make_district
from support.stack import CLIENT, SECRET

LARGE, SMALL, STUDENTS, PAGE = (int(word) for word in os.environ.get("ROLLCALL_FAIR", "4000 20 40 50").split())
# What a SIS takes for an answer; without it the machine's processors would be all that is shared.
LATENCY = 0.1
AUTH = {"kind": "oauth1", "key": CLIENT, "secret": SECRET, "methods": ["HMAC-SHA256"]}


class Ledger(threading.Thread):
    """Stages every listed page of every district, as the reconciler would."""

    def __init__(self, stack):
        super().__init__(daemon=True)
        self.stack, self.over = stack, threading.Event()

    def run(self):
        with self.stack.connect() as connection:
            connection.autocommit = True
            while not self.over.wait(0.02):
                for district, run in connection.execute("SELECT district_id, run_id FROM run WHERE phase = 'fetching' AND NOT parked").fetchall():
                    self.stage(connection, district, run)

    @staticmethod
    def stage(connection, district, run):
        with connection.transaction():
            connection.execute("SELECT set_config('rollcall.district', %s, true)", [str(district)])
            if not connection.execute("SELECT run_holds(%s)", [run]).fetchone()[0]:
                return
            connection.execute("INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version) "
                               "SELECT tenant(), %s, page_id, '1' FROM run_missing(%s) ON CONFLICT DO NOTHING", [run, run])
            connection.execute("SELECT run_test_ready(%s), run_wake(%s)", [run, run])


class Place:
    """Districts that have a source and nothing else: what fetching needs."""

    def __init__(self, stack):
        self.stack = stack

    def add(self, name, world_path, page_size, parallel=1, latency=LATENCY):
        self.stack.sis.put(name, auth=AUTH, world_path=str(world_path))
        self.stack.sis.fault(name, "late", seconds=latency)
        with self.stack.connect() as connection:
            (district,) = connection.execute("INSERT INTO district (slug, name) VALUES (%s, %s) RETURNING district_id", [name, name]).fetchone()
            (source,) = connection.execute(
                "INSERT INTO source (district_id, name, base_url, auth, page_size, parallel, host_concurrent) "
                "VALUES (%s, 'sis', %s, 'oauth1-sha256', %s, %s, 1000) RETURNING source_id",
                [district, self.stack.sis.base_url(name), page_size, parallel]).fetchone()
            for credential, value in (("client_id", CLIENT), ("client_secret", SECRET)):
                connection.execute("INSERT INTO source_credential (district_id, source_id, name, value) VALUES (%s, %s, %s, %s)",
                                   [district, source, credential, value.encode()])
        return district, source

    def tell(self, district, query, *values):
        with self.stack.connect() as connection:
            connection.execute("SELECT set_config('rollcall.district', %s, false)", [str(district)])
            return connection.execute(query, values).fetchone()[0]

    def request(self, places):
        return [(district, self.tell(district, "SELECT run_request(%s, 'test')", source)) for district, source in places]

    def forget(self, runs):
        """They end, so that their sources are free for the next."""
        for district, run in runs:
            self.tell(district, "SELECT run_fail(%s, 'measured')", run)

    def seconds(self, runs, limit):
        """How long each took from its request to its last page, by PostgreSQL's clock."""
        ids = [run for _, run in runs]

        def all_ready():
            rows = self.stack.sql("SELECT extract(epoch FROM ready_at - requested_at)::float FROM run WHERE run_id = ANY (%s) AND ready_at IS NOT NULL", [ids])
            return rows if len(rows) == len(ids) else None
        return [took for (took,) in self.stack.wait(all_ready, "every small district is read", limit)]


@pytest.fixture
def place(fast_programs, stack):
    made = Place(stack)
    for number in range(4):
        stack.worker("fetcher", f"fetcher-{number}", ROLLCALL_STAGE_PARALLEL="2", ROLLCALL_FETCH_SOURCE_CONCURRENT="4").start()
    stack.worker("scheduler").start()
    for worker in stack.workers.values():
        worker.wait_ready()
    ledger = Ledger(stack)
    ledger.start()
    yield made
    ledger.over.set()
    ledger.join(30)


def saved(folder, seed, students):
    path = folder / f"world-{seed}.json"
    make_district(seed, students=students, schools=max(2, students // 500)).save(path)
    return path


@pytest.mark.alone
@pytest.mark.slow
def test_small_districts_beside_a_large_one_take_at_most_twice_their_time_alone(place, tmp_path):
    world = saved(tmp_path, 1, STUDENTS)
    small = [place.add(f"small-{number}", world, PAGE) for number in range(SMALL)]
    large = place.add("large", saved(tmp_path, 2, LARGE), PAGE, parallel=8, latency=3 * LATENCY)
    place.seconds(warm := place.request(small[:4]), 300)
    place.forget(warm)

    place.seconds(runs := place.request(small), 1800)
    alone = place.seconds(runs, 10)
    place.forget(runs)

    ((giant, run),) = place.request([large])
    many = "SELECT count(*) FROM lane WHERE run_id = %s AND state IN ('open', 'waiting') AND step > 0"
    place.stack.wait(lambda: place.stack.sql(many, [run]) >= [(8,)], "the large district is read by many lanes", 300)
    place.stack.sis.reset_counters("large")
    runs = place.request(small)
    beside = place.seconds(runs, 1800)
    ended = place.stack.sql("SELECT ready_at FROM run WHERE run_id = %s", [run])
    asked = sum(place.stack.sis.counters("large")["requests"].values())
    times = f"{asked} pages of the large one; small ones alone {statistics.mean(alone):.2f} s (worst {max(alone):.2f}), beside {statistics.mean(beside):.2f} s (worst {max(beside):.2f})"
    print(times)
    assert ended == [(None,)], f"the large district was read before the small ones, so nothing was shared: {times}"
    assert statistics.mean(beside) <= 2 * statistics.mean(alone) and max(beside) <= 2 * max(alone), times
    place.forget([(giant, run)])
