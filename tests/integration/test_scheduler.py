"""rollcall-scheduler against a real PostgreSQL and Kafka: what is due by the clock, and what stands still although a message was lost.
Other programs are played: their effects are written as rows by the protocol's own functions."""

import datetime
import json

import pytest
from psycopg.rows import dict_row
from support.process import wait_until
from support.stack import Stack

pytestmark = pytest.mark.usefixtures("programs")

QUICK = {
    "ROLLCALL_SCHEDULER_LANES_EVERY": "100ms",
    "ROLLCALL_SCHEDULER_NIGHTLY_EVERY": "100ms",
    "ROLLCALL_SCHEDULER_SWEEP_EVERY": "100ms",
    "ROLLCALL_SCHEDULER_MARKS_EVERY": "100ms",
    "ROLLCALL_SCHEDULER_GAUGES_EVERY": "200ms",
    "ROLLCALL_SCHEDULER_CAUSES_EVERY": "1h",
    "ROLLCALL_SCHEDULER_AGAIN_AFTER": "300ms",
    "ROLLCALL_SCHEDULER_MISSING_AFTER": "500ms",
    "ROLLCALL_RELAY_ENABLED": "false",  # rows that stay are what is looked at
}


class Night:
    """A district with a source, and rows as the other programs would have left them."""

    def __init__(self, stack, slug="maple", zone="America/Chicago"):
        self.stack = stack
        self.admin = stack.postgres.connect("postgres", stack.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES (%s, %s, %s) RETURNING district_id", slug, slug, zone)
        self.admin.execute(f"SET rollcall.district = '{self.id}'")
        self.source = self.one(
            "INSERT INTO source (district_id, name, base_url, auth) VALUES (%s, 'sis', 'http://sis.invalid', 'oauth2') RETURNING source_id",
            self.id)

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def all(self, query, *values):
        return self.admin.execute(query, values).fetchall()

    def do(self, query, *values):
        self.admin.execute(query, values)

    def said(self, topic):
        return self.one("SELECT count(*) FROM outbox WHERE district_id = %s AND topic = %s", self.id, topic)

    def wait_said(self, topic, count=1):
        return wait_until(lambda: self.said(topic) >= count, f"{topic} is said {count} times", 20)

    def silence(self):
        self.do("DELETE FROM outbox")

    def begin(self, only=("users",)):
        """A fetching run whose messages are gone."""
        run = self.one("SELECT run_request(%s, 'somebody')", self.source)
        assert self.one("SELECT run_begin(%s)", run)
        self.do("DELETE FROM lane WHERE run_id = %s AND collection <> ALL (%s)", run, list(only))
        self.do("DELETE FROM run_collection WHERE run_id = %s AND collection <> ALL (%s)", run, list(only))
        self.silence()
        return run

    def lane(self, run):
        return self.all("SELECT * FROM run_lanes(%s)", run)[0]

    def take(self, run, lease_ms=60000):
        lane = self.lane(run)
        return self.one("SELECT take FROM lane_take(%s, %s, %s, 'somebody', %s)", lane["lane_id"], lane["pass"], lane["step"], lease_ms)

    def list_page(self, run, page="p1", end="sealed"):
        """The lane's only step: one page, and its end."""
        lane, take = self.lane(run), self.take(run)
        facts = json.dumps([{"id": page, "digest": page, "cursor": "0", "count": 1}])
        return self.one("SELECT lane_step(%s, %s, %s, %s, %s, 'end', 1, NULL, 100, %s)", lane["lane_id"], take, lane["pass"],
                        lane["step"], facts, end)

    def stage(self, run, page="p1"):
        self.do("INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version) VALUES (%s, %s, %s, '1')", self.id, run, page)

    def run(self, run):
        return self.all("SELECT * FROM run WHERE run_id = %s", run)[0]


@pytest.fixture
def stack(programs, tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis):
    """The shared broker as it is: rows have ids of their own, and only this program runs."""
    made = Stack(tmp_path, postgres, database, redis, kafka_as_it_is, mail, sis)
    if "rollcall.page.fetched.v1" not in made.kafka.topics():
        made.cli.run("topics", "apply").ok()
    try:
        yield made
        made.close()
    finally:
        made.kill()


@pytest.fixture
def night(stack):
    made = Night(stack)
    yield made
    made.admin.close()


@pytest.fixture
def scheduler(stack):
    return stack.worker("scheduler", **QUICK).start().wait_ready()


def quiet(night, seconds=0.7):
    """Lets several rounds of every sweep pass."""
    before = night.one("SELECT clock_timestamp()")
    wait_until(lambda: night.one("SELECT clock_timestamp() > %s + %s * interval '1 second'", before, seconds), "time passes", 10)


# ---- nightly --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "at", "after", "due"),
    [
        ("America/Chicago", "02:00", "2026-01-15 07:59:59+00", "2026-01-15 08:00+00"),
        ("America/Chicago", "02:00", "2026-01-15 08:00+00", "2026-01-16 08:00+00"),
        # 2026-03-08: 02:00 to 03:00 is skipped; 02:30 becomes 03:30 daylight time, the next night is 02:30 again
        ("America/Chicago", "02:30", "2026-03-07 08:30+00", "2026-03-08 08:30+00"),
        ("America/Chicago", "02:30", "2026-03-08 08:30+00", "2026-03-09 07:30+00"),
        # 2026-11-01: 01:00 to 02:00 comes twice; the second one counts, and only that
        ("America/Chicago", "01:30", "2026-10-31 06:30+00", "2026-11-01 07:30+00"),
        ("America/Chicago", "01:30", "2026-11-01 06:30+00", "2026-11-01 07:30+00"),
        ("America/Chicago", "01:30", "2026-11-01 07:30+00", "2026-11-02 07:30+00"),
        # midnight itself is skipped in Santiago on 2026-09-06
        ("America/Santiago", "00:00", "2026-09-05 12:00+00", "2026-09-06 04:00+00"),
        # east of the date line: the zone's date counts, not UTC's
        ("Pacific/Auckland", "02:00", "2026-07-01 13:00+00", "2026-07-01 14:00+00"),
        ("Asia/Kathmandu", "23:45", "2026-07-01 18:00+00", "2026-07-02 18:00+00"),
    ],
)
def test_a_night_is_due_once_a_date_by_the_clocks_of_the_district(night, zone, at, after, due):
    night.do("SET timezone = 'UTC'")
    assert night.one("SELECT night_after(%s, %s, %s) = %s::timestamptz", after, at, zone, due), night.one(
        "SELECT night_after(%s, %s, %s)", after, at, zone)


def test_every_date_of_two_years_has_one_night(night):
    """From each night to the next: one a date, in order, whatever the clocks do."""
    nights = night.all(
        """WITH RECURSIVE n AS (
               SELECT night_after('2026-01-01 00:00+00', '02:30', 'America/New_York') AS t UNION ALL
               SELECT night_after(t, '02:30', 'America/New_York') FROM n WHERE t < '2028-01-01')
           SELECT (t AT TIME ZONE 'America/New_York')::date AS day FROM n""")
    days = [row["day"] for row in nights]
    assert days == [days[0] + datetime.timedelta(days=i) for i in range(len(days))]


def test_a_district_whose_night_has_come_is_asked_for_once(night, scheduler):
    night.do("UPDATE source SET automatic = true, next_due_at = now() - interval '3 days' WHERE source_id = %s", night.source)
    night.wait_said("run.requested")
    quiet(night, 0.2)
    runs = night.all("SELECT * FROM run")
    assert [(run["state"], run["requested_by"]) for run in runs] == [("Scheduled", "schedule")]
    assert night.one("SELECT next_due_at = night_after(now(), nightly_at, 'America/Chicago') FROM source WHERE source_id = %s", night.source)


def test_a_source_without_a_computed_night_gets_one_and_no_run(night, scheduler):
    night.do("UPDATE source SET automatic = true, next_due_at = NULL WHERE source_id = %s", night.source)
    wait_until(lambda: night.one("SELECT next_due_at > now() FROM source WHERE source_id = %s", night.source), "a night is computed", 10)
    assert night.all("SELECT * FROM run") == []


@pytest.mark.parametrize("why", ["automatic = false", "automatic = true, removed_at = now()"])
def test_a_source_that_is_off_or_removed_is_left_alone(night, scheduler, why):
    night.do(f"UPDATE source SET next_due_at = now() - interval '1 s', {why} WHERE source_id = %s", night.source)
    quiet(night)
    assert night.all("SELECT * FROM run") == []


def test_a_paused_district_starts_no_run(night, scheduler):
    night.do("UPDATE district SET paused_at = now() WHERE district_id = %s", night.id)
    night.do("UPDATE source SET automatic = true, next_due_at = now() - interval '1 s' WHERE source_id = %s", night.source)
    night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.silence()
    quiet(night)
    assert night.said("run.requested") == 0


# ---- what stands still ------------------------------------------------------------------------------------------------------------


def test_a_scheduled_run_whose_message_was_lost_is_asked_for_again(night, scheduler):
    """R2"""
    night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.silence()
    night.wait_said("run.requested")


def test_a_scheduled_run_behind_an_active_one_is_not(night, scheduler):
    """R2"""
    night.begin()
    night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.silence()
    quiet(night)
    assert night.said("run.requested") == 0


def test_what_nobody_takes_up_is_said_less_and_less(night, scheduler):
    night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.silence()
    quiet(night, 3.2)
    assert 2 <= night.said("run.requested") <= 5, "at 0.3, 0.6, 1.2 and 2.4 seconds"


def test_a_lane_whose_lease_ran_out_is_said_again(night, scheduler):
    """L6"""
    run = night.begin()
    night.take(run, lease_ms=200)
    night.silence()
    night.wait_said("fetch.requested")


def test_a_lane_that_somebody_holds_is_left_alone(night, scheduler):
    """L6"""
    run = night.begin()
    night.take(run)
    night.silence()
    quiet(night)
    assert night.said("fetch.requested") == 0


def test_a_lane_is_said_when_its_trouble_is_over(night, scheduler):
    """L6"""
    run = night.begin()
    lane, take = night.lane(run), night.take(run)
    assert night.one("SELECT lane_defer(%s, %s, 600, 'the source is busy')", lane["lane_id"], take) == "deferred"
    assert night.said("fetch.requested") == 0
    night.wait_said("fetch.requested")
    assert night.one("SELECT due_at <= now() FROM lane WHERE lane_id = %s", lane["lane_id"])


def test_a_complete_set_that_nobody_noticed_becomes_ready(night, scheduler):
    """C2"""
    run = night.begin()
    night.list_page(run)
    night.silence()
    night.stage(run)
    night.wait_said("snapshot.ready")
    assert night.run(run)["phase"] == "ready"


def test_a_ready_run_that_nobody_takes_up_is_said_again(night, scheduler):
    """C2"""
    run = night.begin()
    night.do("UPDATE run SET phase = 'ready', ready_at = now() WHERE run_id = %s", run)
    night.wait_said("snapshot.ready")
    night.do("UPDATE run SET phase = 'planned', mirrored_at = now() WHERE run_id = %s", run)
    night.silence()
    night.wait_said("snapshot.ready")
    assert night.run(run)["phase"] == "planned"


def test_what_has_just_moved_is_left_alone(night, stack):
    """C2: the usual way is not doubled."""
    stack.worker("scheduler", **{**QUICK, "ROLLCALL_SCHEDULER_AGAIN_AFTER": "1h"}).start().wait_ready()
    run = night.begin()
    night.do("UPDATE run SET phase = 'ready', ready_at = now() WHERE run_id = %s", run)
    night.do("INSERT INTO undo (district_id, run_id, requested_by) VALUES (%s, %s, 'somebody')", night.id, run)
    night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.do("UPDATE source SET active_run = NULL WHERE source_id = %s", night.source)
    night.silence()
    quiet(night)
    assert night.one("SELECT count(*) FROM outbox WHERE topic <> 'alert.raised'") == 0, "whom nobody can be told of is another matter"


def test_a_run_on_hold_is_not_pushed(night, scheduler):
    run = night.begin()
    night.do("UPDATE source SET active_run = NULL WHERE source_id = %s", night.source)
    night.do("UPDATE run SET phase = 'planned', state = 'On hold', finished_at = now(), ready_at = now() WHERE run_id = %s", run)
    plan = make_plan(night, run)
    make_item(night, plan, 1, hold="first sync")
    quiet(night, 1.2)
    assert (night.said("snapshot.ready"), night.said("plan.decided")) == (0, 0)


def test_a_run_whose_missing_page_is_a_dead_letter_is_parked(night, scheduler):
    """R4"""
    run = night.begin()
    night.list_page(run)
    quiet(night, 0.3)
    assert not night.run(run)["parked"], "a page on its way parks nothing"
    add_dead_letter(night, run, page="p1")
    wait_until(lambda: night.run(run)["parked"], "the run is parked", 10)
    assert night.one("SELECT active_run FROM source WHERE source_id = %s", night.source) is None


def test_a_run_whose_lane_failed_is_parked_and_the_next_one_asked_for(night, scheduler):
    """R4, R2"""
    run = night.begin()
    night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.silence()
    lane, take = night.lane(run), night.take(run)
    assert night.one("SELECT lane_fail(%s, %s, 'credentials refused')", lane["lane_id"], take)
    wait_until(lambda: night.run(run)["parked"], "the run is parked", 10)
    night.wait_said("run.requested")


def test_a_run_past_its_deadline_fails_and_frees_its_source(night, scheduler):
    """R3"""
    run = night.begin()
    night.take(run)
    night.do("UPDATE run SET deadline_at = now() - interval '1 s' WHERE run_id = %s", run)
    night.wait_said("run.finished")
    assert (night.run(run)["state"], night.run(run)["phase"]) == ("Failed", "done")
    assert "20 hours" in night.run(run)["failure"]
    assert night.one("SELECT active_run FROM source WHERE source_id = %s", night.source) is None


def test_a_run_that_is_mirrored_has_no_deadline(night, scheduler):
    """R3: the mirror's commit ends it."""
    run = night.begin()
    night.do("UPDATE run SET phase = 'mirrored', mirrored_at = now(), deadline_at = now() - interval '1 s' WHERE run_id = %s", run)
    quiet(night)
    assert night.run(run)["state"] == "Running"


def test_a_deadline_waits_for_a_mirror_commit_that_came_first(night, scheduler, stack):
    """R3: whoever has the source's row decides."""
    run = night.begin()
    with stack.connect() as mirror:
        mirror.autocommit = False
        mirror.execute(f"SET LOCAL rollcall.district = '{night.id}'")
        mirror.execute("SELECT source_lock(%s)", [run])
        night.do("UPDATE run SET deadline_at = now() - interval '1 s' WHERE run_id = %s", run)
        quiet(night, 0.4)
        mirror.execute("UPDATE run SET phase = 'mirrored', mirrored_at = now() WHERE run_id = %s", [run])
        mirror.execute("UPDATE source SET active_run = NULL, mirror_version = mirror_version + 1 WHERE source_id = %s", [night.source])
        mirror.commit()
    quiet(night, 0.5)
    assert night.run(run)["state"] == "Running"


def test_a_pass_past_its_time_begins_again(night, scheduler):
    """L4"""
    run = night.begin()
    night.take(run)
    night.do("UPDATE run_collection SET pass_started_at = now() - interval '7 hours' WHERE run_id = %s", run)
    night.wait_said("fetch.requested")
    assert night.one("SELECT pass FROM run_collection WHERE run_id = %s", run) == 2


# ---- missing pages ------------------------------------------------------------------------------------------------------------------


def go_past(stack, group, topic):
    """As if the group had handled everything that stands in the topic."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": stack.kafka.brokers, "group.id": group, "enable.auto.commit": False})
    try:
        ends = [TopicPartition(topic, part, consumer.get_watermark_offsets(TopicPartition(topic, part), timeout=20)[1])
                for part in range(stack.kafka.topics()[topic])]
        consumer.commit(offsets=ends, asynchronous=False)
    finally:
        consumer.close()


def told_of(worker, sweep):
    """District, run and trace of the first line about an act of a sweep."""
    def first():
        return next((line for line in worker.events("sweep.acted") if line["msg"] == sweep), None)
    wait_until(first, f"{sweep} is told\n{worker.tail()}", 20)
    return first()["district"], first().get("run"), first().get("trace_id")


def about(night, run):
    """The same of a run's row."""
    return str(night.id), str(run), night.run(run)["traceparent"].split("-")[1]


def test_what_is_done_about_a_run_is_told_with_its_run_and_trace(night, stack):
    worker = stack.worker("scheduler", **QUICK, ROLLCALL_LOG_LEVEL="debug").start().wait_ready()
    night.do("UPDATE source SET automatic = true, next_due_at = now() - interval '1 hour' WHERE source_id = %s", night.source)
    night.wait_said("run.requested")
    run = night.one("SELECT run_id FROM run")
    assert told_of(worker, "nightly") == about(night, run), "the act is about a source, and made the run"
    assert night.one("SELECT run_begin(%s)", run)
    night.do("UPDATE lane SET said_at = NULL WHERE run_id = %s", run)
    assert told_of(worker, "lanes") == about(night, run), "the act is about a lane"
    night.do("UPDATE run SET deadline_at = now() WHERE run_id = %s", run)
    assert told_of(worker, "deadline") == about(night, run)


def test_a_page_that_never_came_is_fetched_again_once_both_groups_are_past_it(night, scheduler, stack):
    """C2"""
    run = night.begin()
    pages, batches = "rollcall.page.fetched.v1", "rollcall.batch.normalized.v1"
    stack.kafka.produce(pages, b"a page", b"p1")
    night.list_page(run)
    quiet(night, 1.2)
    assert night.one("SELECT pass FROM run_collection WHERE run_id = %s", run) == 1, "the normalizers have not come so far"
    stack.kafka.produce(batches, b"a batch", b"p1")
    go_past(stack, "rollcall-normalizer", pages)
    quiet(night, 1.2)
    assert night.one("SELECT pass FROM run_collection WHERE run_id = %s", run) == 1, "the reconcilers have not come so far"
    go_past(stack, "rollcall-reconciler", batches)
    night.wait_said("fetch.requested")
    assert night.one("SELECT pass FROM run_collection WHERE run_id = %s", run) == 2


def test_a_missing_page_that_a_dead_letter_keeps_begins_no_pass(night, scheduler):
    """C2: it waits for a person (and so does the run)."""
    run = night.begin(only=("users", "orgs"))
    lane = next(row for row in night.all("SELECT * FROM run_lanes(%s)", run) if row["collection"] == "users")
    take = night.one("SELECT take FROM lane_take(%s, 1, 0, 'somebody', 60000)", lane["lane_id"])
    facts = json.dumps([{"id": "p1", "digest": "p1", "cursor": "0", "count": 1}])
    night.one("SELECT lane_step(%s, %s, 1, 0, %s, 'end', 1, NULL, 100, 'sealed')", lane["lane_id"], take, facts)
    add_dead_letter(night, run, page="p1")
    quiet(night, 1.5)
    assert {row["pass"] for row in night.all("SELECT pass FROM run_collection WHERE run_id = %s", run)} == {1}


def test_while_no_page_is_on_its_way_kafka_is_left_alone(night, scheduler):
    night.begin()
    quiet(night)
    assert night.one("SELECT count(*) FROM bus_mark") == 0


# ---- decisions ----------------------------------------------------------------------------------------------------------------------


def make_plan(night, run, state="open"):
    return night.one("INSERT INTO plan (district_id, run_id, source_id, state, hash, policy_version, planned_on, closed_at) "
                     "VALUES (%s, %s, %s, %s, 'h', 1, current_date, CASE WHEN %s <> 'open' THEN now() END) RETURNING plan_id",
                     night.id, run, night.source, state, state)


def make_item(night, plan, number, **columns):
    names = ["district_id", "plan_id", "item_no", "person", "key", "kind", "subject", "cause", *columns]
    values = [night.id, plan, number, number, f"k{number}", "create", f"r:{night.source}:u{number}", "new", *columns.values()]
    night.do(f"INSERT INTO plan_item ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(values))})", *values)


def add_dead_letter(night, run, page=None):
    night.do("INSERT INTO dead_letter (district_id, run_id, page_id, collection, topic, partition, kafka_offset, origin_topic, "
             "origin_partition, origin_offset, stage, stage_version, error_class, error) "
             "VALUES (%s, %s, %s, 'users', 't', 0, 0, 'o', 0, 0, 'normalizer', '1', 'input', 'broken')", night.id, run, page)


def waiting_run(night):
    run = night.begin()
    night.do("UPDATE source SET active_run = NULL WHERE source_id = %s", night.source)
    night.do("UPDATE run SET phase = 'planned', state = 'On hold', finished_at = now() WHERE run_id = %s", run)
    return run


def test_a_decision_that_nobody_took_up_is_said_again(night, scheduler):
    plan = make_plan(night, waiting_run(night))
    make_item(night, plan, 1, hold="first sync", decision="approved", decided_at=datetime.datetime.now(datetime.UTC))
    make_item(night, plan, 2, hold="first sync")
    night.do("UPDATE plan SET decided_at = now() WHERE plan_id = %s", plan)
    night.wait_said("plan.decided")


def test_a_discarded_plan_whose_run_still_waits_is_said_again(night, scheduler):
    make_plan(night, waiting_run(night), "discarded")
    night.wait_said("plan.decided")


def test_a_wish_to_undo_that_nobody_took_up_is_said_again(night, scheduler):
    run = waiting_run(night)
    night.do("UPDATE run SET state = 'Completed', phase = 'done' WHERE run_id = %s", run)
    night.do("INSERT INTO undo (district_id, run_id, requested_by) VALUES (%s, %s, 'somebody')", night.id, run)
    night.wait_said("plan.decided")


@pytest.mark.parametrize("undone", [False, True])
def test_an_act_by_hand_that_nobody_took_up_is_said_again(night, scheduler, undone):
    act = night.one("INSERT INTO act (district_id, kind, state, reason, made_by, decided_at) VALUES (%s, 'archive', %s, 'asked', 'kim', now()) "
                    "RETURNING act_id", night.id, "applied" if undone else "approved")
    if undone:
        night.do("INSERT INTO undo (district_id, act_id, requested_by) VALUES (%s, %s, 'kim')", night.id, act)
    night.wait_said("plan.decided")


# ---- the program ----------------------------------------------------------------------------------------------------------------------


def test_of_two_schedulers_one_leads_and_the_other_goes_on_when_it_is_gone(night, stack):
    first = stack.worker("scheduler", "first", **QUICK).start().wait_ready()
    second = stack.worker("scheduler", "second", **QUICK).start().wait_ready()
    night.do("UPDATE source SET automatic = true, next_due_at = now() WHERE source_id = %s", night.source)
    night.wait_said("run.requested")
    leader = night.one("SELECT holder FROM leader_lease WHERE name = 'rollcall-scheduler/nightly'")
    led, follows = (first, second) if leader.endswith(f"/{first.pid}") else (second, first)
    wait_until(lambda: led.admin.metric("rollcall_sweep_acts_total") >= 1, "it counts what it did", 10)
    # What each tells of itself runs on both.
    assert not [key for key in follows.admin.metrics() if key.startswith("rollcall_ticks_total") and 'tick="nightly"' in key]
    assert led.stop() == 0, "it gives its leases back"
    night.do("UPDATE source SET next_due_at = now() WHERE source_id = %s", night.source)
    night.wait_said("run.requested", 2)


def test_the_outbox_of_all_districts_is_relayed(stack):
    one, other = Night(stack), Night(stack, "oak", "UTC")
    one.one("SELECT run_request(%s, 'somebody')", one.source)
    other.one("SELECT run_request(%s, 'somebody')", other.source)
    stack.worker("scheduler").start().wait_ready()
    keys = {str(one.source).encode(), str(other.source).encode()}
    wait_until(lambda: keys <= {record.key for record in stack.kafka.records("rollcall.run.requested.v1")}, "both are in Kafka", 20, 0.2)
    wait_until(lambda: one.one("SELECT count(*) FROM outbox") == 0, "the outbox is empty", 10)


def test_a_full_round_of_the_outbox_is_removed_whatever_its_length(stack):
    """S2: ids of this many digits fill the list of what was sent to its last byte."""
    one = Night(stack)
    run = one.one("SELECT run_request(%s, 'somebody')", one.source)
    one.silence()
    one.do("INSERT INTO outbox (district_id, outbox_id, run_id, topic, key, data) OVERRIDING SYSTEM VALUE "
           "SELECT %s, n, %s, 'run.requested', %s, jsonb_build_object('run', %s::uuid, 'source', %s::uuid) FROM generate_series(1000, 1072) n",
           one.id, run, str(one.source), run, one.source)
    stack.worker("scheduler").start().wait_ready()
    wait_until(lambda: one.one("SELECT count(*) FROM outbox") == 0, "the outbox is empty", 20)


def test_one_districts_trouble_does_not_keep_the_others_waiting(night, stack):
    """A row that cannot be locked is left for the next round; the others are swept."""
    other = Night(stack, "oak", "UTC")
    for district in (night, other):
        district.do("UPDATE source SET automatic = true, next_due_at = now() - interval '1 s' WHERE source_id = %s", district.source)
    with stack.connect() as holder:
        holder.autocommit = False
        holder.execute("SELECT 1 FROM source WHERE source_id = %s FOR UPDATE", [night.source])
        stack.worker("scheduler", **QUICK).start()
        other.wait_said("run.requested")
        assert night.said("run.requested") == 0
    night.wait_said("run.requested")


# ---- operation: what it tells, what it ends, who leads -------------------------------------------------------------------------------


def test_a_scheduled_run_whose_source_was_removed_ends_as_cancelled(night, scheduler):
    run = night.one("SELECT run_request(%s, 'somebody')", night.source)
    night.do("UPDATE source SET removed_at = now()")
    wait_until(lambda: night.one("SELECT state FROM run WHERE run_id = %s", run) == "Cancelled", "the run is Cancelled", 20)
    assert "removed" in night.one("SELECT failure FROM run WHERE run_id = %s", run)


def test_what_stands_over_all_districts_is_told_as_metrics(night, scheduler):
    def wait_told(name, least, most):
        wait_until(lambda: least <= scheduler.admin.metrics().get(name, -1) <= most, f"{name} is told", 20)

    wait_told('rollcall_runs_ended_total{state="Failed"}', 0, 0)  # before the first, so that it is an increase
    wait_told('rollcall_replay_total{outcome="replayed"}', 0, 0)
    run = night.begin()
    night.do("UPDATE source SET automatic = true, next_due_at = now() + interval '1 day', created_at = now() - interval '30 hours'")
    night.do("INSERT INTO dead_letter (district_id, run_id, topic, partition, kafka_offset, origin_topic, origin_partition, origin_offset, stage, "
             "stage_version, error_class, error) VALUES (%s, %s, 'dead.letter', 0, 1, 'page.fetched', 0, 1, 'rollcall-normalizer', '1', 'reject', 'x')",
             night.id, run)
    night.do("INSERT INTO mail (district_id, member_id, local_day, kind, message_id, subject, body_text, body_html, due_at) "
             "VALUES (%s, gen_random_uuid(), '2026-01-01', 'result', 'i', 's', 't', 'h', now() - interval '1 hour')", night.id)

    wait_told("rollcall_sync_age_seconds_max", 29 * 3600, 31 * 3600)
    wait_told("rollcall_sources_stale", 1, 1)
    wait_told('rollcall_runs{phase="fetching"}', 1, 1)
    wait_told('rollcall_deadletter_depth{stage="normalizer"}', 1, 1)
    wait_told("rollcall_emails_due", 1, 1)
    wait_told("rollcall_email_age_seconds_max", 3500, 3700)
    wait_told("rollcall_lanes_open", 1, 1)
    wait_told("rollcall_database_size_bytes", 1e6, 1e9)
    night.do("UPDATE dead_letter SET state = 'replayed', closed_at = now()")
    night.do("SELECT run_fail(%s, 'enough')", run)
    wait_told('rollcall_replay_total{outcome="replayed"}', 1, 1)
    wait_told('rollcall_runs_ended_total{state="Failed"}', 1, 1)
    wait_until(lambda: 'rollcall_deadletter_depth{stage="normalizer"}' not in scheduler.admin.metrics(), "what is no more is not told", 20)


def test_what_is_over_by_its_retention_is_removed(night, stack):
    run = night.begin()
    night.do("SELECT run_fail(%s, 'enough')", run)
    for age, rule in (("40 days", "r.old"), ("2 days", "r.young")):
        night.do("INSERT INTO finding (district_id, run_id, collection, rule, severity, message) VALUES (%s, %s, 'users', %s, 'error', 'm')",
                 night.id, run, rule)
        night.do(f"UPDATE run SET finished_at = now() - interval '{age}' WHERE run_id = %s", run)
        run = night.begin()
        night.do("SELECT run_fail(%s, 'enough')", run)
    worker = stack.worker("scheduler", **QUICK, ROLLCALL_SCHEDULER_RETENTION_EVERY="200ms", ROLLCALL_RETENTION_FINDINGS="30d").start()
    wait_until(lambda: night.one("SELECT count(*) FROM finding") == 1, "the old finding is removed", 30)
    assert night.one("SELECT rule FROM finding") == "r.young"
    assert worker.wait_for_event("retention.applied")["district"] == str(night.id)
    assert worker.admin.metrics()['rollcall_retention_rows_total{what="findings"}'] == 1
    assert worker.stop() == 0


def test_a_killed_leaders_ticks_go_on_within_seconds(night, stack):
    first = stack.worker("scheduler", "first", **QUICK).start()
    wait_until(lambda: night.one("SELECT count(*) FROM leader_lease WHERE until > now()") >= 5, "the first leads", 30)
    second = stack.worker("scheduler", "second", **QUICK).start()
    second.wait_ready()
    first.pause()  # a holder that is merely slow is not robbed: it has its connections
    holder = night.one("SELECT min(holder) FROM leader_lease")
    wait_until(lambda: night.one("SELECT now() > min(until) - interval '26 seconds' FROM leader_lease"), "it is four seconds late", 15)
    assert night.one("SELECT count(DISTINCT holder) FROM leader_lease") == 1 and night.one("SELECT min(holder) FROM leader_lease") == holder
    first.kill()
    wait_until(lambda: night.one("SELECT count(*) FROM leader_lease WHERE holder <> %s", holder) >= 4, "the second leads", 12)
    assert second.stop() == 0
