"""rollcall-fetcher and what it need not read: windows of a delta, collections whose revision stood; and people asked for by id (C4)."""

import datetime
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from support.process import wait_until
from test_fetcher import _server, _world, fetcher_program, lease_runs_out, scene  # noqa: F401: fixtures
from with_fetcher import COLLECTIONS

# Where requests are counted: a lane that changes hands, or a request that is given up, on a busy machine would be counted too.
UNHURRIED = {"ROLLCALL_FETCH_LEASE": "60s", "ROLLCALL_FETCH_TIMEOUT": "60s"}
WINDOW = re.compile(r"filter=dateLastModified>'([^']+)' AND dateLastModified<='([^']+)'")


def stamp(hours):
    """A moment that many hours ago, as sources write it."""
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_before(place, hours=3, revision=None):
    """The source as it is after a whole reading so long ago."""
    place.admin.execute("UPDATE source SET delta = true WHERE source_id = %s", [place.source])
    run = place.one("INSERT INTO run (district_id, source_id, phase, state, finished_at) VALUES (%s, %s, 'done', 'Completed', now()) RETURNING run_id",
                    place.id, place.source)
    for collection in COLLECTIONS:
        place.admin.execute("INSERT INTO source_cursor (district_id, source_id, collection, read_to, revision, run_id) "
                            "VALUES (%s, %s, %s, now() - %s * interval '1 hour', %s, %s)", [place.id, place.source, collection, hours, revision, run])
    place.admin.execute("INSERT INTO snapshot (district_id, source_id, run_id, mirror_version, taken_on, kind, sealed, suspect) "
                        "SELECT %s, %s, %s, 1, local_date(time_zone), 'full', %s, false FROM district WHERE district_id = %s",
                        [place.id, place.source, run, list(COLLECTIONS), place.id])


def touch(place, *ids, hours=1.0):
    """These users have changed so long ago."""
    users = [{**user, "dateLastModified": stamp(hours)} if user["sourcedId"] in ids else user for user in place.world["users"]]
    place.world = replace(place.world, collections={**place.world.collections, "users": users})
    place.sis.swap(place.name, world={"collections": place.world.collections})


def request(place, mode):
    return place.one("SELECT run_request(%s, 'somebody', false, '', %s)", place.source, mode)


def over(place, run):
    """As after its mirror commit."""
    place.admin.execute("UPDATE source SET active_run = NULL WHERE source_id = %s", [place.source])
    place.admin.execute("UPDATE run SET phase = 'done', finished_at = now() WHERE run_id = %s", [run])


def windows(place, resource="users"):
    """The windows that the source was asked for."""
    asked = [unquote(entry["query"]) for entry in place.sis.log(place.name) if entry["resource"] == resource]
    return [found.groups() if (found := WINDOW.search(query)) else None for query in asked]


def people(place, count):
    return [user["sourcedId"] for user in place.world["users"][:count]]


def test_a_delta_asks_for_a_window_and_an_empty_one_is_whole(scene):  # noqa: F811
    place = scene()
    old, *changed = people(place, 3)
    touch(place, old, hours=80)
    touch(place, *changed)
    read_before(place)
    place.fetcher()
    run = request(place, "auto")
    row = place.wait(run)
    assert row["kind"] == "delta"
    assert place.ids(run) == {"users": sorted(changed)}
    collections = place.collections(run)
    assert {(c["sealed"], c["mode"]) for c in collections.values()} == {(True, "delta")}
    for since, before in windows(place):
        assert datetime.datetime.fromisoformat(before) - datetime.datetime.fromisoformat(since) > datetime.timedelta(hours=50)
        assert abs(datetime.datetime.fromisoformat(before) - row["started_at"]) < datetime.timedelta(milliseconds=2)
    over(place, run)

    # A source that refuses the filter is read whole, in order, and nothing is missing.
    place.sis.fault(place.name, "refuse-filter")
    run = request(place, "delta")
    place.wait(run)
    assert {name: sorted(ids) for name, ids in place.ids(run).items()} == place.due()
    assert {c["sealed"] for c in place.collections(run).values()} == {True}


def test_the_window_is_written_by_the_calendar_whatever_the_zone_at_the_turn_of_the_year(scene):  # noqa: F811
    place = scene()
    place.admin.execute(f"ALTER DATABASE {place.database} SET TimeZone = 'Pacific/Kiritimati'")
    read_before(place)
    place.admin.execute("UPDATE source_cursor SET read_to = '2025-01-02T01:30:00.123456Z'")
    place.fetcher()
    run = request(place, "delta")
    place.wait(run)
    since, before = windows(place)[0]
    # 31 December 2024 lies in the first week of 2025, and it is 2025 in the database's zone.
    assert since == "2024-12-31T01:30:00.123Z"
    assert datetime.datetime.fromisoformat(before) > datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=10)


def asked(place):
    return sum(place.sis.counters(place.name)["requests"].get(name, 0) for name in COLLECTIONS)


def test_a_revision_that_stood_makes_do_for_reading_once_a_day(scene):  # noqa: F811
    place = scene()
    place.sis.fault(place.name, "revision", value="r7")
    read_before(place, revision="r7")
    place.admin.execute("UPDATE source SET delta = false")
    place.fetcher(**UNHURRIED)
    place.sis.reset_counters(place.name)
    run = request(place, "auto")
    assert place.wait(run)["kind"] == "full"
    collections = place.collections(run)
    assert {(c["sealed"], c["unchanged"], c["mode"], c["revision"]) for c in collections.values()} == {(True, True, "delta", "r7")}
    assert place.all("SELECT FROM lane_page WHERE run_id = %s", run) == []
    assert asked(place) == len(COLLECTIONS)
    assert place.all("SELECT FROM finding WHERE run_id = %s", run) == []
    over(place, run)

    again = request(place, "auto")
    place.wait(again)
    assert {name: sorted(ids) for name, ids in place.ids(again).items()} == place.due()
    over(place, again)
    # Whoever asks for a full run gets one, on any day.
    place.admin.execute("UPDATE run SET snapshot_on = snapshot_on - 1")
    wanted = request(place, "full")
    place.wait(wanted)
    assert {c["unchanged"] for c in place.collections(wanted).values()} == {False}
    over(place, wanted)
    # Another revision is read.
    place.sis.clear(place.name)
    place.sis.fault(place.name, "revision", value="r8")
    moved = request(place, "auto")
    place.wait(moved)
    assert {c["unchanged"] for c in place.collections(moved).values()} == {False}


def verify(place, run, *ids):
    """The run asks for these people, the first of them to tell whether the source answers by id."""
    with place.admin.transaction():
        place.admin.execute("UPDATE run SET phase = 'verifying', verifying_at = now() WHERE run_id = %s", [run])
        place.admin.execute("SELECT run_verify(%s)", [run])
        for number, sourced_id in enumerate(ids):
            place.admin.execute("INSERT INTO verify_person (district_id, run_id, place, sourced_id, control) VALUES (%s, %s, %s, %s, %s)",
                                [place.id, run, number, sourced_id, number == 0])


def answers(place, run):
    return {row["sourced_id"]: row["answer"] for row in place.all("SELECT * FROM verify_person WHERE run_id = %s", run)}


def lane_ended(place, run):
    def state():
        return place.one("SELECT state FROM lane WHERE run_id = %s AND collection = 'verify'", run)
    wait_until(lambda: state() in ("sealed", "unsealed", "failed"), "the lane that verifies has ended", 180, 0.1)
    return state()


def verified(place, run):
    """The ids on the pages of the lane that verifies."""
    return sorted(sourced_id for sourced_id in place.ids_of(run, "verify", "users"))


def test_people_are_asked_for_by_id_and_whoever_is_there_comes_as_a_page(scene):  # noqa: F811
    place = scene(auth="oauth1-sha1")
    place.fetcher(**UNHURRIED)
    run = place.request()
    place.wait(run)
    control, *there = people(place, 33)
    strange = "no one/here?&é'%"
    verify(place, run, control, *there, "gone", strange)
    assert lane_ended(place, run) == "sealed"
    assert answers(place, run) == {**dict.fromkeys([control, *there], "found"), "gone": "unknown", strange: "unknown"}
    assert verified(place, run) == sorted(there)
    assert place.sis.counters(place.name)["singles"]["users"] == 35
    wait_until(lambda: place.one("SELECT verify_over(%s)", run), "every page is staged", 180, 0.1)


def test_what_goes_wrong_with_one_or_all_leaves_no_answer(scene):  # noqa: F811
    place = scene()
    place.fetcher()
    run = place.request()
    place.wait(run)
    one, two, three = people(place, 3)
    place.sis.fault(place.name, "set-fields", record={"id": two}, set={"sourcedId": "somebody else"}, single=True)
    verify(place, run, one, two, three)
    assert lane_ended(place, run) == "sealed"
    assert answers(place, run) == {one: "found", two: None, three: "found"}
    assert verified(place, run) == [three]
    over(place, run)

    run = place.request()
    place.wait(run)
    place.sis.fault(place.name, "error-503", single=True)
    verify(place, run, one, two, three)
    assert lane_ended(place, run) == "unsealed"
    assert answers(place, run) == dict.fromkeys([one, two, three])
    assert place.row(run)["parked"] is False and place.one("SELECT verify_over(%s)", run)


@pytest.mark.parametrize("point", ["fetcher.task.before-commit", pytest.param("fetcher.task.committed", marks=pytest.mark.slow)])
def test_a_kill_while_people_are_asked_for_costs_a_handful_of_questions(scene, point):  # noqa: F811
    place = scene()
    worker = place.fetcher(**UNHURRIED)
    run = place.request()
    place.wait(run)
    worker.stop()
    worker.set(ROLLCALL_FAULT=f"{point}:kill@2").start()
    control, *there = people(place, 60)
    verify(place, run, control, *there, "gone")
    wait_until(lambda: not worker.alive, "the fetcher is killed at its point", 180, 0.05)
    lease_runs_out(place)
    worker.set(ROLLCALL_FAULT=None).start()
    assert lane_ended(place, run) == "sealed"
    assert answers(place, run) == {**dict.fromkeys([control, *there], "found"), "gone": "unknown"}
    assert verified(place, run) == sorted(there)
    assert place.sis.counters(place.name)["singles"]["users"] in (61, 86)
