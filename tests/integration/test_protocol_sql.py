"""The functions of schemas/sql/0002_protocol: each rule of common/PROTOCOL.md (R, L, C2) that they carry, against a real PostgreSQL.

Each program's calls are made under that program's own role, so that its rights are tested too.
"""

import json
import re
import threading

import psycopg
import pytest
from psycopg.rows import dict_row

CREDITS, PASSES, TRIES = 16, 3, 5
LEASE_MS = 60_000


class District:
    """A district with one source, and connections of the programs to it."""

    def __init__(self, postgres, database):
        self.postgres, self.database = postgres, database
        self.admin = self._connect("postgres")
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES ('maple', 'Maple', 'UTC') RETURNING district_id")
        self.admin.execute(f"SET rollcall.district = '{self.id}'")
        self.source = self.one(
            "INSERT INTO source (district_id, name, base_url, auth) VALUES (%s, 'sis', 'http://sis.invalid', 'oauth2') RETURNING source_id",
            self.id)
        self._programs = {}

    def _connect(self, role):
        return self.postgres.connect(role, self.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)

    def new(self, program):
        """A further connection of a program, autocommit."""
        connection = self._connect(f"rollcall_{program}")
        connection.execute(f"SET rollcall.district = '{self.id}'")
        return connection

    def by(self, program):
        return self._programs.setdefault(program, self.new(program))

    def one(self, query, *values):
        """The first column of the first row, as the administrator sees it."""
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def all(self, query, *values):
        return self.admin.execute(query, values).fetchall()

    def call(self, program, call, *values):
        """One function in a transaction of its own; gives its value."""
        return next(iter(self.by(program).execute(f"SELECT {call}", values).fetchone().values()))

    # ---- steps of a run ----

    def request(self):
        return self.call("cli", "run_request(%s, 'somebody')", self.source)

    def begin(self, collections=("users",)):
        """A fetching run of these collections alone, without anything in the outbox."""
        run = self.request()
        assert self.call("fetcher", "run_begin(%s)", run)
        self.admin.execute("DELETE FROM lane WHERE run_id = %s AND collection <> ALL (%s)", [run, list(collections)])
        self.admin.execute("DELETE FROM run_collection WHERE run_id = %s AND collection <> ALL (%s)", [run, list(collections)])
        self.outbox()
        return run

    def lane(self, run, collection="users"):
        """The collection's present lane."""
        return self.all("SELECT l.* FROM lane l JOIN run_collection c USING (district_id, run_id, collection, pass) "
                        "WHERE run_id = %s AND collection = %s", run, collection)[0]

    def collection(self, run, collection="users"):
        return self.all("SELECT * FROM run_collection WHERE run_id = %s AND collection = %s", run, collection)[0]

    def run(self, run):
        return self.all("SELECT * FROM run WHERE run_id = %s", run)[0]

    def take(self, lane, progress="", connection=None):
        """The take's row, or None."""
        return (connection or self.by("fetcher")).execute(
            "SELECT * FROM lane_take(%s, %s, %s, 'somebody', %s, %s)",
            [lane["lane_id"], lane["pass"], lane["step"], LEASE_MS, progress]).fetchone()

    def step(self, lane, pages=(), end="", total=None, reason=None, connection=None, page_size=100, revision=None, take=None, due=0):
        """Takes the lane unless a take is given, and commits a step with pages [(id, digest, count), …]."""
        take = take if take is not None else self.take(lane, connection=connection)["take"]
        facts = [{"id": page, "digest": digest, "cursor": str(place), "count": count}
                 for place, (page, digest, count) in enumerate(pages)]
        return (connection or self.by("fetcher")).execute(
            "SELECT lane_step(%s, %s, %s, %s, %s, '100', %s, %s, %s, %s, %s, %s) AS became",
            [lane["lane_id"], take, lane["pass"], lane["step"], json.dumps(facts), total, revision, page_size, end, reason,
             due]).fetchone()["became"]

    def stage(self, run, page, connection=None):
        """What the reconciler's transaction does for a page's whole batch (C1, C2, L7)."""
        connection = connection or self.by("reconciler")
        with connection.transaction():
            assert connection.execute("SELECT run_holds(%s) AS held", [run]).fetchone()["held"]
            connection.execute("INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version) VALUES (tenant(), %s, %s, '1') "
                               "ON CONFLICT DO NOTHING", [run, page])
            ready = connection.execute("SELECT run_test_ready(%s) AS ready", [run]).fetchone()["ready"]
            connection.execute("SELECT run_wake(%s)", [run])
        return ready

    def dead_letter(self, run, page=None, lane=None, collection="users"):
        """The record of a dead letter."""
        number = self.one("SELECT count(*) FROM dead_letter")
        self.admin.execute(
            "INSERT INTO dead_letter (district_id, run_id, page_id, lane_id, collection, topic, partition, kafka_offset, origin_topic, "
            "origin_partition, origin_offset, stage, stage_version, error_class, error) "
            "VALUES (%s, %s, %s, %s, %s, 'dead.letter', 0, %s, 'page.fetched', 0, %s, 'normalizer', '1', 'reject', 'x')",
            [self.id, run, page, lane, collection, number, number])

    def outbox(self):
        """What was said since the last look, as (topic, data)."""
        rows = self.all("DELETE FROM outbox RETURNING outbox_id, topic, data")
        return [(row["topic"], row["data"]) for row in sorted(rows, key=lambda row: row["outbox_id"])]

    def expire(self, lane):
        """The lane's lease ran out."""
        self.admin.execute("UPDATE lane SET lease_until = now() - interval '1 second' WHERE lane_id = %s", [lane["lane_id"]])

    def close(self):
        for connection in [self.admin, *self._programs.values()]:
            connection.close()


@pytest.fixture
def district(postgres, database):
    place = District(postgres, database)
    yield place
    place.close()


def topics(said):
    return sorted(topic for topic, _ in said)


def in_background(act, *arguments):
    """Runs act on a thread; join() gives what it returned or raises what it raised."""
    class Result(threading.Thread):
        def run(self):
            self.value, self.error = None, None
            try:
                self.value = act(*arguments)
            except Exception as error:  # noqa: BLE001
                self.error = error

        def result(self):
            self.join(20)
            assert not self.is_alive(), "still waiting for a lock"
            if self.error:
                raise self.error
            return self.value

    thread = Result(daemon=True)
    thread.start()
    return thread


def wait_until_blocked(district, connection):
    """Until that connection's backend waits for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
    for _ in range(2000):
        if district.one(query, connection.info.backend_pid):
            return
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits for a lock")


# ---- R2, R3: beginning --------------------------------------------------------------------------------------------------------------


def test_a_run_begins_with_the_token_a_deadline_and_a_lane_per_collection(district):
    run = district.request()
    district.outbox()
    assert district.call("fetcher", "run_begin(%s)", run)
    row = district.run(run)
    assert (row["phase"], row["state"], row["token"], row["base_mirror_version"]) == ("fetching", "Running", 1, 0)
    assert (row["deadline_at"] - row["started_at"]).total_seconds() == 20 * 3600
    assert district.one("SELECT active_run FROM source") == run
    said = district.outbox()
    collections = sorted(data["collection"] for topic, data in said if topic == "fetch.requested")
    assert collections == ["academicSessions", "classes", "courses", "enrollments", "orgs", "users"]
    lane = district.lane(run)
    assert {"lane": str(lane["lane_id"]), "run": str(run), "source": str(district.source), "collection": "users", "pass": 1,
            "step": 0} in [data for _, data in said]


def test_demographics_are_fetched_only_where_the_source_asks_for_them(district):
    district.admin.execute("UPDATE source SET demographics = true")
    run = district.request()
    district.call("fetcher", "run_begin(%s)", run)
    assert district.lane(run, "demographics")["state"] == "open"


def test_resources_are_fetched_only_where_the_source_asks_for_them(district):
    district.admin.execute("UPDATE source SET resources = true")
    run = district.request()
    district.call("fetcher", "run_begin(%s)", run)
    assert district.lane(run, "resources")["state"] == "open"
    assert not district.all("SELECT FROM run_collection WHERE run_id = %s AND collection = 'demographics'", run)


def test_a_source_has_one_active_run_and_one_behind_it_which_further_requests_join(district):
    first = district.begin()
    second = district.request()
    assert district.request() == second != first
    assert not district.call("fetcher", "run_begin(%s)", second)
    assert not district.call("fetcher", "run_begin(%s)", first), "begun already"
    assert district.one("SELECT count(*) FROM run") == 2


@pytest.mark.parametrize("program", ["cli", "scheduler"])
def test_a_sync_joins_no_test_that_waits_and_a_test_joins_a_sync(district, program):
    district.begin()
    test = district.call("cli", "run_request(%s, 'somebody', true)", district.source)
    district.outbox()
    sync = district.call(program, "run_request(%s, 'schedule')", district.source)
    assert sync != test and not district.run(sync)["test"] and district.run(sync)["finished_at"] is None
    gone = district.run(test)
    assert (gone["state"], gone["phase"]) == ("Superseded", "done") and "ask for the test again" in gone["failure"]
    assert sorted(topic for topic, _ in district.outbox()) == ["run.finished", "run.requested"]
    assert district.call("cli", "run_request(%s, 'somebody', true)", district.source) == sync


def test_a_request_without_a_trace_begins_one_that_its_events_carry(district):
    run = district.request()
    trace = district.run(run)["traceparent"]
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", trace)
    assert district.one("SELECT traceparent FROM outbox") == trace


def test_two_requests_at_once_are_one_run(district):
    one, other = district.new("cli"), district.new("cli")
    with one.transaction():
        first = one.execute("SELECT run_request(%s, 'a') AS id", [district.source]).fetchone()["id"]
        waiting = in_background(lambda: other.execute("SELECT run_request(%s, 'b') AS id", [district.source]).fetchone()["id"])
        wait_until_blocked(district, other)
    assert waiting.result() == first


@pytest.mark.parametrize("change", ["UPDATE district SET paused_at = now()", "UPDATE source SET removed_at = now()"])
def test_a_paused_district_and_a_removed_source_begin_no_run(district, change):
    run = district.request()
    district.admin.execute(change)
    assert not district.call("fetcher", "run_begin(%s)", run)
    assert district.run(run)["phase"] == "scheduled"


def test_two_programs_that_begin_a_run_at_once_begin_it_once(district):
    run = district.request()
    one, other = district.new("fetcher"), district.new("fetcher")
    with one.transaction():
        assert one.execute("SELECT run_begin(%s) AS b", [run]).fetchone()["b"]
        late = in_background(lambda: other.execute("SELECT run_begin(%s) AS b", [run]).fetchone()["b"])
        wait_until_blocked(district, other)
    assert late.result() is False
    assert district.one("SELECT token FROM source") == 1


# ---- L1, L6: taking -----------------------------------------------------------------------------------------------------------------


def test_a_take_raises_the_number_and_refuses_a_live_lease(district):
    run = district.begin()
    lane = district.lane(run)
    assert district.take(lane)["take"] == 1
    assert district.take(lane) is None
    district.expire(lane)
    assert district.take(lane)["take"] == 2


@pytest.mark.parametrize("old", [{"step": 7}, {"pass": 2}])
def test_an_older_step_or_pass_is_old_news(district, old):
    lane = district.lane(district.begin())
    assert district.take({**lane, **old}) is None


def test_a_lane_that_is_not_due_or_of_a_run_without_the_token_is_not_taken(district):
    run = district.begin()
    lane = district.lane(run)
    district.admin.execute("UPDATE lane SET due_at = now() + interval '1 minute'")
    assert district.take(lane) is None
    district.admin.execute("UPDATE lane SET due_at = now()")
    district.admin.execute("UPDATE source SET active_run = NULL")
    assert district.take(lane) is None


def test_heartbeat_and_commit_demand_the_take_number(district):
    run = district.begin()
    lane = district.lane(run)
    stale = district.take(lane)["take"]
    district.expire(lane)
    fresh = district.take(lane)["take"]
    assert not district.call("fetcher", "lane_renew(%s, %s, 1000)", lane["lane_id"], stale)
    assert district.call("fetcher", "lane_renew(%s, %s, 60000)", lane["lane_id"], fresh)
    assert district.step(lane, [("p1", "d1", 10)], take=stale) == "stale"
    assert district.call("fetcher", "lane_defer(%s, %s, 1000, 'x')", lane["lane_id"], stale) == "stale"
    assert not district.call("fetcher", "lane_fail(%s, %s, 'x')", lane["lane_id"], stale)
    assert district.step(lane, [("p2", "d2", 10)], take=fresh) == "next"
    assert [row["page_id"] for row in district.all("SELECT page_id FROM lane_page")] == ["p2"]


def test_a_holder_past_its_lease_commits_as_long_as_nobody_took_the_lane(district):
    lane = district.lane(district.begin())
    take = district.take(lane)["take"]
    district.expire(lane)
    assert district.step(lane, [("p1", "d1", 1)], take=take) == "next"


def test_the_fifth_try_without_progress_fails_the_lane_with_a_dead_letter_and_an_alert(district):
    run = district.begin()
    lane = district.lane(run)
    for _ in range(TRIES):
        assert district.take(lane)
        district.expire(lane)
    assert district.outbox() == []
    assert district.take(lane) is None
    said = district.outbox()
    assert topics(said) == ["alert.raised", "dead.letter"]
    letter = dict(said)["dead.letter"]
    assert (letter["lane"], letter["run"], letter["collection"]) == (str(lane["lane_id"]), str(run), "users")
    assert district.lane(run)["state"] == "failed"
    assert "users could not be read" in district.run(run)["failure"]


def test_a_checkpoint_further_than_before_is_progress(district):
    lane = district.lane(district.begin())
    for cursor in ("100", "900", "1000", "1100", "1200", "1300", "1400"):
        assert district.take(lane, progress=cursor)["tries"] == 1
        district.expire(lane)
    for tries in range(2, TRIES + 1):
        assert district.take(lane, progress="1400")["tries"] == tries
        district.expire(lane)
    assert district.take(lane, progress="400") is None, "a checkpoint that went back is none"
    assert district.one("SELECT state FROM lane") == "failed"


def test_trouble_defers_the_lane_and_the_fifth_fails_it_at_once(district):
    run = district.begin()
    lane = district.lane(run)
    for _ in range(TRIES - 1):
        take = district.take(lane)["take"]
        assert district.call("fetcher", "lane_defer(%s, %s, 60000, 'the SIS is busy')", lane["lane_id"], take) == "deferred"
        assert district.take(lane) is None, "not due"
        district.admin.execute("UPDATE lane SET due_at = now()")
    take = district.take(lane)["take"]
    origin = json.dumps({"topic": "rollcall.fetch.requested.v1", "partition": 3, "offset": 9})
    assert district.call("fetcher", "lane_defer(%s, %s, 60000, 'the SIS is busy', %s)", lane["lane_id"], take, origin) == "failed"
    letter = dict(district.outbox())["dead.letter"]
    assert (letter["partition"], letter["offset"], letter["error"]) == (3, 9, "the SIS is busy")
    assert district.lane(run)["take"] > take, "whoever still works on it is stale"


def test_progress_takes_the_tries_away(district):
    run = district.begin()
    lane = district.lane(run)
    for _ in range(TRIES - 1):
        district.take(lane)
        district.expire(lane)
    assert district.step(lane, [("p1", "d1", 1)]) == "next"
    assert district.lane(run)["tries"] == 0


def test_a_drained_task_gives_its_try_back_and_its_lane_is_free_at_once(district):
    run = district.begin()
    lane = district.lane(run)
    take = district.take(lane)["take"]
    assert district.call("fetcher", "lane_release(%s, %s)", lane["lane_id"], take)
    assert district.lane(run)["tries"] == 0
    assert district.take(lane)["take"] == take + 1
    assert not district.call("fetcher", "lane_release(%s, %s)", lane["lane_id"], take)


def test_one_alert_tells_of_several_failed_lanes(district):
    run = district.begin(("users", "orgs"))
    for collection in ("users", "orgs"):
        lane = district.lane(run, collection)
        assert district.call("fetcher", "lane_fail(%s, %s, 'wrong key')", lane["lane_id"], district.take(lane)["take"])
    assert topics(district.outbox()) == ["alert.raised", "dead.letter", "dead.letter"]
    assert district.run(run)["failure"] == "users could not be read: wrong key"


# ---- L2, L3, L5: steps --------------------------------------------------------------------------------------------------------------


def test_a_step_stores_facts_and_cursor_raises_the_step_and_says_the_next(district):
    run = district.begin()
    lane = district.lane(run)
    assert district.step(lane, [("p1", "d1", 100), ("p2", "d2", 60)], total=300) == "next"
    after = district.lane(run)
    assert (after["step"], after["cursor"], after["received"], after["lease_until"]) == (1, "100", 160, None)
    assert [data["step"] for topic, data in district.outbox()] == [1]
    assert district.step(lane, [("p1", "d1", 100)], take=1) == "stale", "an old step"
    assert district.step(after, [("p3", "d3", 140)], end="sealed", total=300) == "ended"
    pages = district.all("SELECT place, page_id, records FROM lane_page ORDER BY place")
    assert [(row["place"], row["page_id"], row["records"]) for row in pages] == [(0, "p1", 100), (1, "p2", 60), (2, "p3", 140)]
    sealed = district.lane(run)
    assert (sealed["state"], sealed["total_first"], sealed["total_last"]) == ("sealed", 300, 300)
    assert district.collection(run)["sealed"] is True


def test_a_step_may_be_due_later_and_nobody_is_told(district):
    run = district.begin()
    lane = district.lane(run)
    assert district.step(lane, [("p1", "d1", 100)], due=60_000) == "deferred"
    assert district.outbox() == []
    assert district.take(district.lane(run)) is None


def test_an_unsealed_lane_says_why(district):
    run = district.begin()
    assert district.step(district.lane(run), end="unsealed", reason="the source answered with nothing") == "ended"
    row = district.collection(run)
    assert (row["sealed"], row["reason"]) == (False, "the source answered with nothing")


# ---- L4: passes ---------------------------------------------------------------------------------------------------------------------

CONTRADICTIONS = {
    "another total": {"total": 301},
    "another revision": {"revision": "b"},
    "another page size": {"page_size": 50},
    "a page again": {"pages": [("p9", "d1", 100)]},
    "a page twice in one step": {"pages": [("p8", "d8", 100), ("p9", "d8", 100)]},
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_pass_that_contradicts_itself_begins_anew_with_nothing_of_the_old(district, what):
    run = district.begin()
    lane = district.lane(run)
    same = {"total": 300, "revision": "a", "page_size": 100, "pages": [("p2", "d2", 100)]}
    assert district.step(lane, [("p1", "d1", 100)], total=300, revision="a") == "next"
    district.dead_letter(run, "p1")
    district.outbox()
    assert district.step(district.lane(run), **{**same, **CONTRADICTIONS[what]}) == "new pass"
    fresh, row = district.lane(run), district.collection(run)
    assert (fresh["pass"], fresh["step"], fresh["cursor"], fresh["state"], row["total"], row["sealed"]) == (2, 0, "0", "open", None, None)
    assert fresh["lane_id"] != lane["lane_id"]
    assert district.one("SELECT state FROM lane WHERE lane_id = %s", lane["lane_id"]) == "ended"
    assert district.one("SELECT state FROM dead_letter") == "closed"
    assert [data["pass"] for _, data in district.outbox()] == [2]
    assert district.one("SELECT count(*) FROM run_missing(%s)", run) == 0, "pages of the old pass count no more"


def test_what_the_source_does_not_say_contradicts_nothing(district):
    run = district.begin()
    assert district.step(district.lane(run), [("p1", "d1", 100)]) == "next"
    assert district.step(district.lane(run), [("p2", "d2", 100)], total=300) == "next"
    assert district.step(district.lane(run), [("p3", "d3", 100), ("p4", "d0", 0), ("p5", "d0", 0)], total=None) == "next"


def test_the_last_pass_ends_unsealed_without_the_pages_that_nobody_has(district):
    run = district.begin()
    for number in range(1, PASSES + 1):
        lane = district.lane(run)
        assert lane["pass"] == number
        assert district.step(lane, [(f"p{number}", "d1", 100)], total=300) == "next"
        if number < PASSES:
            district.stage(run, f"p{number}")
        became = district.step(district.lane(run), [(f"q{number}", "d2", 100)], total=301)
    assert became == "unsealed"
    row = district.collection(run)
    assert (row["pass"], row["sealed"]) == (3, False)
    assert "total moved from 300 to 301" in row["reason"]
    assert district.one("SELECT struck FROM lane_page WHERE page_id = 'p3'") is True
    assert district.run(run)["phase"] == "ready"
    assert topics(district.outbox()).count("snapshot.ready") == 1


def test_a_page_with_a_dead_letter_outlives_the_last_pass_and_waits_for_a_person(district):
    run = district.begin()
    for _ in range(PASSES):
        assert district.step(district.lane(run), [("p", "d1", 100)], total=300) == "next"
        lane = district.lane(run)
        if lane["pass"] == PASSES:
            district.dead_letter(run, "p")
        district.step(lane, [("q", "d2", 100)], total=301)
    assert district.run(run)["phase"] == "fetching"
    assert district.call("reconciler", "run_park(%s)", run)


def test_the_sweep_starts_a_pass_by_its_number_only_once(district):
    run = district.begin()
    lane = district.lane(run)
    assert district.call("scheduler", "pass_new(%s, 'users', 1, 'a page went missing')", run) == "new pass"
    assert district.call("scheduler", "pass_new(%s, 'users', 1, 'a page went missing')", run) == "stale"
    assert district.step(lane, [("p1", "d1", 1)], take=0) == "stale"


def test_a_smaller_page_is_set_before_the_first_commit_and_takes_a_new_pass_after_it(district):
    run = district.begin()
    lane = district.lane(run)
    shrink = "lane_shrink(%s, %s, %s, %s, 'too large', %s)"
    take = district.take(lane)["take"]
    assert district.call("fetcher", shrink, lane["lane_id"], take, 1, 0, 500) == "shrunk"
    taken = district.take(lane)
    assert (taken["page_size"], taken["tries"]) == (500, 1), "a page that was too large is no try"
    assert district.step(lane, [("p1", "d1", 500)], page_size=500, take=taken["take"]) == "next"
    lane = district.lane(run)
    take = district.take(lane)["take"]
    assert district.call("fetcher", shrink, lane["lane_id"], take, 1, 1, 250) == "new pass"
    assert district.take(district.lane(run))["page_size"] == 250


def test_smaller_pages_against_trouble_that_may_pass_wait_and_count_as_tries(district):
    run = district.begin()
    lane = district.lane(run)
    shrink = "lane_shrink(%s, %s, 1, 0, 'it answers 500', %s, 60000)"
    for size in (500, 250, 125, 62):
        assert district.call("fetcher", shrink, lane["lane_id"], district.take(lane)["take"], size) == "shrunk"
        assert district.take(lane) is None, "not due"
        district.admin.execute("UPDATE lane SET due_at = now()")
    assert district.outbox() == []
    assert district.call("fetcher", shrink, lane["lane_id"], district.take(lane)["take"], 31) == "failed"


def test_two_passes_old_fetchers_and_a_restart_by_the_lane_itself(district):
    run = district.begin()
    lane = district.lane(run)
    take = district.take(lane)["take"]
    restart = "lane_restart(%s, %s, 1, 0, 'the total moved')"
    assert district.call("fetcher", restart, lane["lane_id"], take + 1) == "stale"
    assert district.call("fetcher", restart, lane["lane_id"], take) == "new pass"
    assert district.call("fetcher", restart, lane["lane_id"], take) == "stale"


# ---- C2: ready ----------------------------------------------------------------------------------------------------------------------


def test_ready_needs_every_lane_and_every_listed_page(district):
    run = district.begin(("users", "orgs"))
    assert district.step(district.lane(run), [("p1", "d1", 1)], end="sealed") == "ended"
    assert not district.stage(run, "p1"), "orgs is open"
    assert district.step(district.lane(run, "orgs"), [("p2", "d2", 1)], end="unsealed", reason="x") == "ended"
    assert district.run(run)["phase"] == "fetching"
    assert district.stage(run, "p2")
    assert not district.stage(run, "p2"), "delivered twice"
    assert topics(district.outbox()) == ["snapshot.ready"]


def test_unlisted_pages_change_nothing(district):
    run = district.begin()
    district.step(district.lane(run), [("p1", "d1", 1)], end="sealed")
    assert not district.stage(run, "q1")
    assert district.stage(run, "p1")


@pytest.mark.parametrize("first", ["stage", "lane"])
def test_the_last_batch_and_the_last_seal_together_say_ready_exactly_once(district, first):
    """Each transaction is held open after its work, so that neither sees the other's rows without the lock."""
    run = district.begin()
    district.step(district.lane(run), [("p1", "d1", 1)])
    lane = district.lane(run)
    take = district.take(lane)["take"]
    stager, fetcher = district.new("reconciler"), district.new("fetcher")
    acts = {"stage": (stager, lambda: district.stage(run, "p1", stager)),
            "lane": (fetcher, lambda: district.step(lane, end="sealed", take=take, connection=fetcher))}
    order = [first, "lane" if first == "stage" else "stage"]
    connection, act = acts[order[0]]
    with connection.transaction():
        act()
        other, late = acts[order[1]]
        waiting = in_background(late)
        wait_until_blocked(district, other)
    waiting.result()
    assert district.run(run)["phase"] == "ready"
    assert topics(district.outbox()).count("snapshot.ready") == 1


@pytest.mark.parametrize("first", ["stage", "pass"])
def test_a_new_pass_and_the_last_batch_together_end_in_one_of_them(district, first):
    run = district.begin()
    district.step(district.lane(run), [("p1", "d1", 1)], end="sealed")
    district.outbox()
    stager, sweeper = district.new("reconciler"), district.new("scheduler")
    acts = {"stage": (stager, lambda: district.stage(run, "p1", stager)),
            "pass": (sweeper, lambda: sweeper.execute("SELECT pass_new(%s, 'users', 1, 'missing') AS p", [run]).fetchone()["p"])}
    connection, act = acts[first]
    with connection.transaction():
        act()
        other, late = acts["pass" if first == "stage" else "stage"]
        waiting = in_background(late)
        wait_until_blocked(district, other)
    waiting.result()
    said = topics(district.outbox())
    assert said == (["snapshot.ready"] if first == "stage" else ["fetch.requested"])
    assert district.collection(run)["pass"] == (1 if first == "stage" else 2)


# ---- L7: credits --------------------------------------------------------------------------------------------------------------------


def _pages(prefix, count):
    return [(f"{prefix}{number}", f"{prefix}{number}", 1) for number in range(count)]


def test_a_lane_waits_without_credits_and_staging_wakes_it_by_an_outbox_row_alone(district):
    run = district.begin()
    assert district.step(district.lane(run), _pages("a", CREDITS)) == "waiting"
    waiting = district.lane(run)
    assert waiting["due_at"] > district.one("SELECT now()"), "the sweep would find it"
    assert district.outbox() == []
    assert district.take(waiting) is None
    district.stage(run, "a0")
    assert [(topic, data["step"]) for topic, data in district.outbox()] == [("fetch.requested", 1)]
    assert district.lane(run) == waiting, "staging never writes the lane's row"
    district.stage(run, "a1")
    assert district.outbox() == [], "told once"
    assert district.take(district.lane(run))["take"] == 2


def test_dead_letters_and_old_passes_hold_no_credits(district):
    run = district.begin()
    district.step(district.lane(run), _pages("a", CREDITS))
    district.dead_letter(run, "a0")
    assert district.call("reconciler", "run_outstanding(%s)", run) == CREDITS - 1
    assert district.call("reconciler", "run_wake(%s)", run) == 1
    district.call("scheduler", "pass_new(%s, 'users', 1, 'x')", run)
    assert district.call("reconciler", "run_outstanding(%s)", run) == 0


def test_staging_beside_the_lanes_step_wakes_it_in_either_order(district):
    """CASE 3 of the model: the lane counts under the run's lock; else it would wait for a wake that was before it."""
    for first in ("stage", "lane"):
        run = district.begin()
        district.step(district.lane(run), _pages(first, CREDITS - 1))
        lane = district.lane(run)
        take = district.take(lane)["take"]
        district.outbox()
        stager, fetcher = district.new("reconciler"), district.new("fetcher")
        acts = {"stage": (stager, lambda: district.stage(run, first + "0", stager)),
                "lane": (fetcher, lambda: district.step(lane, [("x", "x", 1)], take=take, connection=fetcher))}
        connection, act = acts[first]
        with connection.transaction():
            act()
            other, late = acts["lane" if first == "stage" else "stage"]
            waiting = in_background(late)
            wait_until_blocked(district, other)
        waiting.result()
        assert topics(district.outbox()) == ["fetch.requested"], first
        district.call("scheduler", "run_fail(%s, 'over')", run)


def test_a_woken_lane_that_finds_the_credits_gone_is_woken_again(district):
    run = district.begin(("users", "orgs"))
    assert district.step(district.lane(run), _pages("a", CREDITS)) == "waiting"
    district.stage(run, "a0")
    assert district.step(district.lane(run, "orgs"), _pages("b", 1)) == "waiting"
    district.outbox()
    assert district.take(district.lane(run)) is None
    district.stage(run, "a1")
    assert sorted(data["collection"] for _, data in district.outbox()) == ["orgs", "users"]


# ---- L6: the sweep ------------------------------------------------------------------------------------------------------------------


def _due(district):
    return [row["lane_id"] for row in district.by("scheduler").execute("SELECT * FROM lanes_due(10)").fetchall()]


def test_the_sweep_says_lanes_that_are_due_or_whose_lease_ran_out_once(district):
    run = district.begin()
    lane = district.lane(run)
    assert _due(district) == [], "just said"
    district.take(lane)
    district.admin.execute("UPDATE lane SET said_at = now() - interval '9 s'")
    assert _due(district) == [], "leased"
    district.expire(lane)
    assert _due(district) == [lane["lane_id"]]
    assert district.call("scheduler", "lane_emit(%s)", lane["lane_id"])
    assert topics(district.outbox()) == ["fetch.requested"]
    assert _due(district) == [], "said since then"
    district.admin.execute("UPDATE lane SET said_at = now() - interval '2 minutes'")
    assert _due(district) == [lane["lane_id"]], "nobody came for a minute"


def test_the_sweep_leaves_waiting_lanes_without_credits_and_runs_without_the_token(district):
    run = district.begin()
    district.step(district.lane(run), _pages("a", CREDITS))
    lane = district.lane(run)["lane_id"]
    district.admin.execute("UPDATE lane SET due_at = now() - interval '1 second', said_at = now() - interval '9 seconds'")
    assert _due(district) == [lane]
    assert not district.call("scheduler", "lane_emit(%s)", lane)
    assert district.outbox() == []
    district.stage(run, "a0")
    district.outbox()
    district.admin.execute("UPDATE lane SET due_at = now() - interval '1 second'")
    assert district.call("scheduler", "lane_emit(%s)", lane)
    district.admin.execute("UPDATE lane SET said_at = NULL")
    district.admin.execute("UPDATE source SET active_run = NULL")
    assert _due(district) == []


# ---- R4: parking, replaying, discarding ---------------------------------------------------------------------------------------------


def _poisoned(district):
    """A run whose only missing page is a dead letter."""
    run = district.begin()
    district.step(district.lane(run), [("p1", "d1", 1), ("p2", "d2", 1)], end="sealed")
    district.stage(run, "p1")
    district.dead_letter(run, "p2")
    district.outbox()
    return run


def test_a_run_parks_when_all_that_is_missing_is_a_dead_letter_and_frees_its_token(district):
    run = _poisoned(district)
    behind = district.request()
    district.outbox()
    assert district.call("reconciler", "run_park(%s)", run)
    row = district.run(run)
    assert (row["parked"], row["state"], row["phase"]) == (True, "Paused", "fetching")
    assert district.one("SELECT active_run FROM source") is None
    (alert, told), *rest = district.outbox()
    assert (alert, told["kind"], told["run"]) == ("alert.raised", "run.parked", str(run))
    assert rest == [("run.requested", {"run": str(behind), "source": str(district.source)})]
    assert not district.call("reconciler", "run_park(%s)", run)


def test_dead_letters_of_unlisted_or_staged_pages_and_open_lanes_park_nothing(district):
    run = district.begin()
    district.step(district.lane(run), [("p1", "d1", 1)])
    district.dead_letter(run, "unlisted")
    district.dead_letter(run, "p1")
    assert not district.call("reconciler", "run_park(%s)", run), "the lane is open"
    district.stage(run, "p1")
    district.step(district.lane(run), [("p2", "d2", 1)], end="sealed")
    assert not district.call("reconciler", "run_park(%s)", run), "p2 is on its way"


def test_a_failed_lane_parks_the_run_and_reopening_it_goes_on_where_it_stood(district):
    run = district.begin()
    district.step(district.lane(run), [("p1", "d1", 1)])
    lane = district.lane(run)
    district.call("fetcher", "lane_fail(%s, %s, 'wrong key')", lane["lane_id"], district.take(lane)["take"])
    district.dead_letter(run, lane=lane["lane_id"])
    assert not district.call("fetcher", "run_park(%s)", run), "p1 is on its way"
    district.stage(run, "p1")
    assert district.call("fetcher", "run_park(%s)", run)
    district.outbox()
    assert district.call("cli", "lane_reopen(%s, 'somebody')", lane["lane_id"]) is None
    after, row = district.lane(run), district.run(run)
    assert (after["state"], after["tries"], after["step"], row["state"], row["token"], row["failure"]) == (
        "open", 0, 1, "Running", 2, None)
    assert district.one("SELECT state FROM dead_letter") == "replayed"
    assert [data["step"] for _, data in district.outbox()] == [1]
    assert district.take(after)


def test_discarding_a_failed_lane_leaves_the_collection_unsealed_and_the_run_goes_on(district):
    run = district.begin()
    lane = district.lane(run)
    district.call("fetcher", "lane_fail(%s, %s, 'wrong key')", lane["lane_id"], district.take(lane)["take"])
    district.call("fetcher", "run_park(%s)", run)
    assert district.call("cli", "lane_discard(%s, 'somebody')", lane["lane_id"]) is None
    assert district.collection(run)["sealed"] is False
    assert district.run(run)["phase"] == "ready"
    assert "is not failed" in district.call("cli", "lane_discard(%s, 'somebody')", lane["lane_id"])


def test_replaying_a_page_gives_the_run_a_new_token_and_its_batch_completes_it(district):
    run = _poisoned(district)
    district.call("reconciler", "run_park(%s)", run)
    assert district.call("cli", "page_replay(%s, 'p2', 'somebody')", run) is None
    assert (district.run(run)["token"], district.one("SELECT state FROM dead_letter")) == (2, "replayed")
    assert district.stage(run, "p2")


def test_discarding_a_page_strikes_it_unseals_the_collection_and_tests_for_ready(district):
    run = _poisoned(district)
    district.call("reconciler", "run_park(%s)", run)
    assert district.call("cli", "page_discard(%s, 'p2', 'somebody')", run) is None
    assert district.one("SELECT struck FROM lane_page WHERE page_id = 'p2'")
    assert district.collection(run)["sealed"] is False
    assert district.run(run)["phase"] == "ready"
    assert topics(district.outbox()).count("snapshot.ready") == 1


def test_discarding_a_page_that_was_staged_meanwhile_strikes_nothing(district):
    run = _poisoned(district)
    district.stage(run, "p2")
    assert district.call("cli", "page_discard(%s, 'p2', 'somebody')", run) is None
    assert district.collection(run)["sealed"] is True


REFUSALS = {
    "another run is active": lambda d: d.begin(),
    "a later mirror": lambda d: d.admin.execute("UPDATE source SET mirror_version = mirror_version + 1"),
    "a removed source": lambda d: d.admin.execute("UPDATE source SET removed_at = now()"),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_a_parked_run_that_may_not_go_on_refuses_a_replay_and_a_discard_ends_it(district, why):
    run = _poisoned(district)
    district.call("reconciler", "run_park(%s)", run)
    REFUSALS[why](district)
    district.outbox()
    assert district.call("cli", "page_replay(%s, 'p2', 'somebody')", run)
    assert (district.run(run)["parked"], district.one("SELECT state FROM dead_letter")) == (True, "open")
    assert district.call("cli", "page_discard(%s, 'p2', 'somebody')", run)
    assert district.run(run)["state"] == "Superseded"
    assert district.one("SELECT active_run FROM source") != run
    assert topics(district.outbox()) == ["run.finished"]


def test_parking_beside_a_batch_delivered_again_never_loses_the_batch(district):
    """CASE 2 of the model: the batch commits first, then the park decides in a later statement than its lock."""
    run = _poisoned(district)
    stager, parker = district.new("reconciler"), district.new("reconciler")
    with stager.transaction():
        district.stage(run, "p2", stager)
        parking = in_background(lambda: parker.execute("SELECT run_park(%s) AS p", [run]).fetchone()["p"])
        wait_until_blocked(district, parker)
    assert parking.result() is False
    assert district.run(run)["phase"] == "ready"


def test_a_set_aside_snapshot_ready_parks_its_run_and_is_said_again(district):
    run = district.begin()
    district.step(district.lane(run), end="unsealed", reason="x")
    district.outbox()
    assert not district.call("reconciler", "run_park(%s)", run)
    assert district.call("reconciler", "run_park(%s, 'ready')", run)
    assert district.call("cli", "run_replay(%s, 'somebody')", run) is None
    assert topics(district.outbox()) == ["alert.raised", "snapshot.ready"]
    assert district.run(run)["phase"] == "ready"


# ---- ends ---------------------------------------------------------------------------------------------------------------------------


def test_a_failed_run_frees_its_token_says_so_and_lets_the_next_begin(district):
    run = district.begin()
    behind = district.request()
    district.outbox()
    assert district.call("scheduler", "run_fail(%s, 'it took more than 20 hours')", run)
    row = district.run(run)
    assert (row["state"], row["phase"], row["failure"]) == ("Failed", "done", "it took more than 20 hours")
    assert topics(district.outbox()) == ["run.finished", "run.requested"]
    assert not district.call("scheduler", "run_fail(%s, 'again')", run)
    assert district.call("fetcher", "run_begin(%s)", behind)
    assert district.call("cli", "run_fail(%s, 'somebody said so', 'Cancelled')", behind)


def test_the_mirror_commit_supersedes_every_parked_run_of_the_source_older_and_newer(district):
    parked = [_poisoned(district)]
    for _ in range(2):
        assert district.call("reconciler", "run_park(%s)", parked[-1])
        parked.append(_poisoned(district))
    assert district.call("reconciler", "run_park(%s)", parked[-1])
    older, active, newer = parked
    assert district.call("cli", "page_replay(%s, 'p2', 'somebody')", active) is None
    district.outbox()
    assert district.call("reconciler", "run_supersede_parked(%s, %s)", district.source, active) == 2
    assert [district.run(run)["state"] for run in parked] == ["Superseded", "Running", "Superseded"]
    assert sorted(data["run"] for topic, data in district.outbox() if topic == "run.finished") == sorted([str(older), str(newer)])


def test_a_run_that_lost_its_token_moves_nothing(district):
    run = district.begin()
    lane = district.lane(run)
    take = district.take(lane)["take"]
    district.call("scheduler", "run_fail(%s, 'over')", run)
    district.outbox()
    assert not district.call("reconciler", "run_holds(%s)", run)
    assert district.step(lane, [("p1", "d1", 1)], take=take) == "stale"
    assert district.call("scheduler", "pass_new(%s, 'users', 1, 'x')", run) == "stale"
    assert not district.call("reconciler", "run_test_ready(%s)", run)
    assert district.call("reconciler", "run_wake(%s)", run) == 0
    assert not district.call("scheduler", "lane_emit(%s)", lane["lane_id"])
    assert district.outbox() == []


def test_another_district_cannot_move_the_run(district, postgres, database):
    run = district.begin()
    lane = district.lane(run)
    stranger = district.new("fetcher")
    stranger.execute("SET rollcall.district = '00000000-0000-7000-8000-000000000000'")
    assert stranger.execute("SELECT run_holds(%s) AS h", [run]).fetchone()["h"] is False
    assert district.take(lane, connection=stranger) is None
    stranger.execute("RESET rollcall.district")
    with pytest.raises(psycopg.Error):
        stranger.execute("SELECT run_holds(%s)", [run])


def test_the_migration_can_be_taken_back_and_made_again(postgres, empty_database):
    from support.paths import SCHEMAS
    names = ["0001_init.up.sql", "0002_protocol.up.sql", "0002_protocol.down.sql", "0002_protocol.up.sql"]
    with postgres.connect("rollcall_owner", empty_database) as connection:
        for name in names:
            with connection.transaction():
                connection.execute((SCHEMAS / "sql" / name).read_text())


def test_sources_of_every_kind_survive_the_way_back_and_forth(postgres, empty_database):
    from support.paths import SCHEMAS
    postgres.migrate_directly(empty_database)
    with postgres.connect("postgres", empty_database, options="-c search_path=rollcall") as admin:
        admin.execute("INSERT INTO district (slug, name) VALUES ('maple', 'Maple')")
        insert = "INSERT INTO source (district_id, name, {}) SELECT district_id, {} FROM district"
        admin.execute(insert.format("kind, version", "'zips', 'oneroster-csv', '1.2'"))
        admin.execute(insert.format("version, base_url, auth", "'sis', '1.2', 'http://sis.invalid', 'oauth2'"))
        admin.execute(insert.format("base_url, auth", "'bearer', 'http://sis.invalid', 'bearer'"))
        admin.execute(insert.format("kind, version, base_url, auth", "'shared', 'clever', '3.1', 'http://clever.invalid', 'clever'"))
        admin.execute("INSERT INTO clever_source (district_id, source_id, clever_district) SELECT district_id, source_id, 'c' FROM source WHERE name = 'shared'")
        with pytest.raises(psycopg.errors.CheckViolation):
            admin.execute(insert.format("version, auth", "'nowhere', '1.2', 'oauth2'"))
        later = sorted(path.name for path in (SCHEMAS / "sql").glob("*.down.sql") if path.name >= "0007")
        with postgres.connect("rollcall_owner", empty_database) as owner:
            for name in later[::-1] + [name.replace(".down.", ".up.") for name in later]:
                with owner.transaction():
                    owner.execute((SCHEMAS / "sql" / name).read_text())
        rows = admin.execute("SELECT name, kind, version, removed_at IS NULL FROM source ORDER BY name").fetchall()
        assert rows == [("bearer", "oneroster-rest", "1.1", False), ("shared", "oneroster-rest", "1.1", False), ("sis", "oneroster-rest", "1.1", True),
                        ("zips", "oneroster-rest", "1.1", False)]


# ---- L4: lanes side by side ---------------------------------------------------------------------------------------------------------


def _facts(prefix, at, counts):
    """Facts of pages that follow each other from record `at` on, and where the next begins."""
    facts = []
    for number, count in enumerate(counts):
        facts.append({"id": f"{prefix}{number}", "digest": f"{prefix}{number}", "cursor": str(at), "count": count})
        at += count
    return facts, at


def _step_range(district, lane, counts, prefix, total=1000, end="", take=None):
    """Takes the lane and commits pages of these sizes from where it stands."""
    take = take or district.take(lane)["take"]
    facts, cursor = _facts(prefix, int(lane["cursor"]), counts)
    return district.call("fetcher", "lane_step(%s, %s, %s, %s, %s, %s, %s, NULL, 100, %s)", lane["lane_id"], take, lane["pass"],
                         lane["step"], json.dumps(facts), str(cursor), total, end)


def _lanes(district, run):
    return district.all("SELECT l.* FROM run_lanes(%s) l ORDER BY l.lane", run)


@pytest.fixture
def wide(district):
    """A district whose source may be read by four lanes."""
    district.admin.execute("UPDATE source SET parallel = 4")
    return district


def test_the_first_commit_splits_the_pass_into_ranges_that_follow_each_other(wide):
    run = wide.begin()
    assert wide.take(wide.lane(run))["parallel"] == 4
    wide.expire(wide.lane(run))
    assert _step_range(wide, wide.lane(run), [50], "a", total=1040) == "next"
    lanes = _lanes(wide, run)
    assert [(lane["start_at"], lane["cursor"], lane["until"]) for lane in lanes] == [
        (0, "50", 300), (300, "300", 550), (550, "550", 800), (800, "800", None)], "whole pages as they came: of 50"
    assert wide.collection(run)["lanes"] == 4
    assert sorted(data["lane"] for _, data in wide.outbox()) == sorted(str(lane["lane_id"]) for lane in lanes)
    taken = wide.take(lanes[1])
    assert (taken["start_at"], taken["until"], taken["parallel"], taken["room"]) == (300, 550, 1, CREDITS // 4)


@pytest.mark.parametrize(("total", "counts", "end"), [(790, [50, 50], ""), (None, [50], ""), (100, [50, 50], "sealed")])
def test_what_is_short_or_of_unknown_length_stays_one_lane(wide, total, counts, end):
    run = wide.begin()
    lanes = {790: 3}.get(total, 1)
    _step_range(wide, wide.lane(run), counts, "a", total, end)
    assert len(_lanes(wide, run)) == wide.collection(run)["lanes"] == lanes


def test_a_source_that_is_read_by_one_stays_one_lane(district):
    run = district.begin()
    _step_range(district, district.lane(run), [50], "a")
    assert len(_lanes(district, run)) == 1


def _split(district):
    run = district.begin()
    _step_range(district, district.lane(run), [100], "a", 1700)
    return run, _lanes(district, run)


def test_the_collection_is_sealed_and_the_run_ready_when_all_lanes_are(wide):
    run, lanes = _split(wide)
    for number, lane in enumerate(lanes):
        assert wide.collection(run)["sealed"] is None
        last = (lane["until"] or 1700) - int(lane["cursor"])
        assert _step_range(wide, lane, [last], f"lane{number}", 1700, "sealed") == "ended"
    assert wide.collection(run)["sealed"] is True
    assert sum(lane["received"] for lane in _lanes(wide, run)) == 1700
    assert wide.run(run)["phase"] == "fetching"
    for page in ("a0", *(f"lane{number}0" for number in range(4))):
        ready = wide.stage(run, page)
    assert ready


def test_one_unsealed_lane_leaves_the_collection_unsealed(wide):
    run, lanes = _split(wide)
    for number, lane in enumerate(lanes):
        _step_range(wide, lane, [10], f"lane{number}", 1700, "unsealed" if number == 2 else "sealed")
    assert wide.collection(run)["sealed"] is False


def test_another_total_in_any_lane_starts_a_new_pass_that_one_lane_reads(wide):
    run, lanes = _split(wide)
    busy = wide.take(lanes[3])["take"]
    assert _step_range(wide, lanes[1], [100], "b", 1701) == "new pass"
    assert {lane["state"] for lane in wide.all("SELECT state FROM lane WHERE pass = 1")} == {"ended"}
    assert _step_range(wide, lanes[3], [100], "c", 1700, take=busy) == "stale"
    (lane,) = _lanes(wide, run)
    assert (lane["pass"], lane["start_at"], lane["until"], wide.collection(run)["lanes"]) == (2, 0, None, 1)
    assert wide.take(lane)["parallel"] == 1
    wide.expire(lane)
    assert _step_range(wide, lane, [100], "d", 1701) == "next"
    assert len(_lanes(wide, run)) == 1


def test_a_page_that_another_lane_got_starts_a_new_pass(wide):
    run, lanes = _split(wide)
    assert _step_range(wide, lanes[1], [100], "same", 1700) == "next"
    assert _step_range(wide, lanes[2], [100], "same", 1700) == "new pass"
    assert wide.collection(run)["pass"] == 2


def test_lanes_side_by_side_share_the_runs_credits(wide):
    run, lanes = _split(wide)
    assert _step_range(wide, lanes[1], [1] * (CREDITS - 2), "b", 1700) == "next"
    assert _step_range(wide, lanes[2], [1], "c", 1700) == "waiting"
    assert _step_range(wide, lanes[3], [1], "d", 1700) == "waiting"
    wide.outbox()
    wide.stage(run, "b0")
    assert wide.outbox() == []
    wide.stage(run, "b1")
    assert len(wide.outbox()) == 2


# ---- L7: the cap in total ------------------------------------------------------------------------------------------------------------


def test_a_run_keeps_a_few_credits_while_all_runs_together_have_the_cap_on_their_way(district):
    run = district.begin()
    assert district.call("fetcher", "run_credits_now()") == CREDITS
    other = district.one("INSERT INTO district (slug, name) VALUES ('elm', 'Elm') RETURNING district_id")
    source = district.one("INSERT INTO source (district_id, name, base_url, auth) VALUES (%s, 'sis', 'http://sis.invalid', 'oauth2') "
                          "RETURNING source_id", other)
    district.admin.execute("INSERT INTO flow (district_id, source_id, pages, at) VALUES (%s, %s, 256, now())", [other, source])
    assert district.call("fetcher", "run_credits_now()") == 4
    assert district.step(district.lane(run), _pages("a", 4)) == "waiting"
    district.stage(run, "a0")
    assert topics(district.outbox()) == ["fetch.requested"], "its own staging wakes it"
    district.admin.execute("UPDATE flow SET at = now() - interval '11 minutes' WHERE source_id = %s", [source])
    assert district.call("fetcher", "run_credits_now()") == CREDITS, "who died is not believed for ever"


def test_what_a_run_has_on_its_way_is_noted_for_the_cap(district):
    run = district.begin()
    district.step(district.lane(run), _pages("a", CREDITS))
    assert district.one("SELECT pages FROM flow") == CREDITS
    for number in range(8):
        district.stage(run, f"a{number}")
    assert district.one("SELECT pages FROM flow") == CREDITS - 8
    district.step(district.lane(run), _pages("b", 1), "sealed")
    pages = [*(f"a{number}" for number in range(8, CREDITS)), "b0"]
    for page in pages:
        district.admin.execute("INSERT INTO batch_ledger (district_id, run_id, page_id, normalizer_version, part, parts, collection, pass, "
                               "partition, kafka_offset) VALUES (%s, %s, %s, '1', 1, 1, 'users', 1, 0, 0)", [district.id, run, page])
        district.call("reconciler", "stage_page(%s, %s, '1', 1)", run, page)
    assert district.run(run)["phase"] == "ready"
    assert district.one("SELECT pages FROM flow") == 0


# ---- counting by what is missing -------------------------------------------------------------------------------------------------------


def test_a_page_is_missing_between_listing_and_staging_whichever_comes_first(district):
    run = district.begin()
    district.stage(run, "a1")
    district.step(district.lane(run), _pages("a", 3))
    assert district.one("SELECT array_agg(page_id ORDER BY page_id) FROM run_missing(%s)", run) == ["a0", "a2"]
    district.stage(run, "a2")
    assert district.one("SELECT array_agg(page_id) FROM run_missing(%s)", run) == ["a0"]
    assert district.one("SELECT array_agg(page_id ORDER BY page_id) FROM lane_page WHERE staged") == ["a1", "a2"]


def test_a_replay_of_one_part_closes_that_parts_letter_alone(district):
    run = district.begin()
    district.step(district.lane(run), _pages("a", 1), "sealed")
    district.dead_letter(run, "a0")
    district.dead_letter(run, "a0")
    first, second = (row["dead_letter_id"] for row in district.all("SELECT dead_letter_id FROM dead_letter ORDER BY kafka_offset"))
    assert district.call("cli", "page_replay(%s, 'a0', 'somebody', %s)", run, first) is None
    assert district.all("SELECT dead_letter_id FROM dead_letter WHERE state = 'open'") == [{"dead_letter_id": second}]
