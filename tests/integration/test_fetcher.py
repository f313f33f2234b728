"""rollcall-fetcher with real servers and a pretend SIS: every collection is fetched whole, whatever the source or the machine does;
what cannot be fetched is said in words (rules R2, L1-L7 of common/PROTOCOL.md)."""

import os
import random
import time

import pytest
from sis.generate import make_district
from sis.server import running
from support.messages import validate_records
from support.postgres import Postgres
from support.process import wait_until
from support.redisd import Redis
from with_fetcher import AUTHS, COLLECTIONS, Scene, make_topics, topic

pytestmark = pytest.mark.usefixtures("fetcher_program")


@pytest.fixture(scope="module")
def fetcher_program():
    from support.paths import program
    if not program("rollcall-fetcher").exists():
        pytest.skip("rollcall-fetcher is not built: run tests/run, or set ROLLCALL_BIN")


@pytest.fixture(scope="module", name="world")
def _world():
    return make_district(5, students=45, schools=2)


@pytest.fixture(scope="module", name="server")
def _server():
    with running() as server:
        yield server


@pytest.fixture
def scene(postgres, database, kafka_as_it_is, redis, server, world, tmp_path):
    make_topics(kafka_as_it_is)
    made = []

    def make(**options):
        servers = {"postgres": postgres, "database": database, "kafka": kafka_as_it_is, "redis": redis}
        made.append(Scene(server=server, folder=tmp_path, **{"world": world, **servers, **options}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def cases(names, quick):
    """All of them; a quick run takes the few that are named."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


def sorted_ids(scene, run):
    return {name: sorted(ids) for name, ids in scene.ids(run).items()}


# ---- whole runs ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", AUTHS)
def test_every_collection_is_fetched_whole_and_sealed_with_each_kind_of_sign_in(scene, auth):
    place = scene(auth=auth)
    place.fetcher(ROLLCALL_FETCH_LEASE="30s")  # that of a machine which is held up does not run out
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due()
    assert {row["sealed"] for row in place.collections(run).values()} == {True}
    twice = [page for page in place.sis.counters(place.name)["twice"] if page["resource"] != "token"]
    assert twice == [], "undisturbed, each page is asked for once"


def test_two_fetchers_share_the_lanes_of_two_districts(scene):
    one, other = scene(), scene(auth="oauth1-sha256")
    one.fetcher(ROLLCALL_STAGE_PARALLEL="1")
    one.fetcher(ROLLCALL_STAGE_PARALLEL="1")
    runs = [(place, place.request()) for place in (one, other)]
    for place, run in runs:
        place.wait(run)
        assert sorted_ids(place, run) == place.due()


def test_demographics_that_are_not_granted_are_left_out_with_a_finding(scene):
    place = scene(demographics=True)
    place.sis.fault(place.name, "forbidden", collection="demographics")
    place.fetcher()
    run = place.request()
    place.wait(run)
    row = place.collections(run)["demographics"]
    assert (row["sealed"], "does not share demographics" in row["reason"]) == (False, True)
    found = place.all("SELECT * FROM finding WHERE run_id = %s", run)
    assert [(row["rule"], row["severity"]) for row in found] == [("demographics.not-read", "warning")]
    assert sorted_ids(place, run) == place.due()


@pytest.mark.slow
def test_demographics_are_fetched_with_their_own_scope(scene):
    place = scene(demographics=True)
    place.fetcher()
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due(*COLLECTIONS, "demographics")


# ---- OneRoster 1.2, and what is opted in to -------------------------------------------------------------------------------------------


def test_a_source_of_1_2_is_fetched_from_its_roots_with_its_scopes_and_format(scene):
    place = scene(version="1.2", demographics=True, resources=True)
    place.fetcher(ROLLCALL_STAGE_PARALLEL="1")
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due(*COLLECTIONS, "demographics", "resources")
    assert {record.headers["rc_format"] for record in place.sent(run).values()} == {"oneroster-rest/1.2"}
    asked = {entry["path"].rpartition("/")[0] for entry in place.sis.log(place.name) if entry["resource"] not in ("token", "resources")}
    assert asked == {f"/{place.name}/ims/oneroster/rostering/v1p2"}
    assert place.sis.counters(place.name)["requests"]["token"] == 3, "one token per scope"


def test_a_source_of_1_1_is_fetched_for_resources_where_they_were_opted_in_to(scene):
    place = scene(resources=True)
    place.fetcher()
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due(*COLLECTIONS, "resources")
    assert {record.headers["rc_format"] for record in place.sent(run).values()} == {"oneroster-rest/1.1"}


LEFT_OUT = {
    "a refusal": ("forbidden", {}),
    "no such address": ("base-404", {}),
    "a refusal with 200": ("error-200", {"minor": "forbidden"}),
}


@pytest.mark.parametrize("what", cases(LEFT_OUT, {"a refusal"}))
def test_what_a_1_2_source_refuses_of_what_was_opted_in_to_is_left_out(scene, what):
    fault, options = LEFT_OUT[what]
    place = scene(version="1.2", demographics=True, resources=True)
    for collection in ("demographics", "resources"):
        place.sis.fault(place.name, fault, collection=collection, **options)
    place.fetcher()
    run = place.request()
    place.wait(run)
    rows = place.collections(run)
    for collection in ("demographics", "resources"):
        assert (rows[collection]["sealed"], f"does not share {collection}" in rows[collection]["reason"]) == (False, True)
    found = place.all("SELECT * FROM finding WHERE run_id = %s ORDER BY rule", run)
    assert [row["rule"] for row in found] == ["demographics.not-read", "resources.not-read"]
    assert sorted_ids(place, run) == place.due()


CORE, WIDE = ("https://purl.imsglobal.org/spec/or/v1p2/scope/" + name for name in ("roster-core.readonly", "roster.readonly"))


@pytest.mark.parametrize("what", cases(("narrowed", "refused"), {"refused"}))
def test_a_scope_that_is_not_granted_gives_way_to_one_that_serves_too(scene, what):
    place = scene(version="1.2", demographics=True)
    place.sis.set_auth(place.name, **AUTHS["oauth2"], narrows=what == "narrowed", scopes=[CORE, WIDE] if what == "narrowed" else [WIDE])
    place.fetcher()
    run = place.request()
    place.wait(run)
    assert "does not share demographics" in place.collections(run)["demographics"]["reason"]
    assert sorted_ids(place, run) == place.due()


def test_a_key_without_any_rostering_scope_is_told_so(scene):
    place = scene(version="1.2")
    place.sis.set_auth(place.name, **AUTHS["oauth2"], narrows=False, scopes=["none"])
    place.fetcher()
    run = place.request()
    place.wait(run, phase=None)
    reasons = {lane["reason"] for lane in place.all("SELECT reason FROM lane WHERE run_id = %s", run)}
    assert reasons == {"the SIS does not let us read this: ask the SIS administrator to share it with this key (HTTP status 400) [invalid_scope]"}


# ---- deviations that change nothing ---------------------------------------------------------------------------------------------------

TOLERATED = {
    "no total": ("no-total", {}),
    "no links": ("no-link", {}),
    "unquoted links": ("link-unquoted", {}),
    "single quotes": ("link-single-quotes", {}),
    "capitals": ("link-upper-case", {}),
    "several headers": ("link-several", {}),
    "relative links": ("link-relative", {}),
    "a next link that loops": ("link-loop", {}),
    "a clamped page": ("clamp", {"max": 7}),
    "short pages": ("short-pages", {"fewer": 3}),
    "slow bytes": ("drip", {"piece": 2000, "pause": 0.001}),
    "one 503": ("error-503", {"first": 2, "last": 2}),
    "one 502": ("error-502", {"first": 1, "last": 1}),
    "one reset": ("reset", {"first": 2, "last": 2}),
    "one truncated body": ("truncated", {"first": 2, "last": 2}),
    "one body cut in mid-JSON": ("cut-json", {"first": 2, "last": 2}),
    "one error with 200": ("error-200", {"first": 2, "last": 2}),
    "one empty body": ("empty-body", {"first": 1, "last": 1}),
    "busy for a second": ("busy-seconds", {"first": 2, "last": 3}),
    "busy without a time": ("busy-bare", {"first": 2, "last": 3}),
    "busy until a date": ("busy-date", {"first": 2, "last": 2}),
    "a token that died": ("token-expired", {"first": 2, "last": 2}),
    "a longer outage": ("error-503", {"first": 2, "last": 7}),
    "500 until the pages are smaller": ("error-500", {"first": 1, "last": 7}),
}


@pytest.mark.parametrize("what", cases(TOLERATED, {"a clamped page", "one truncated body", "a token that died"}))
def test_a_source_that_deviates_gives_the_same_roster(scene, what):
    fault, options = TOLERATED[what]
    place = scene(page_size=20)
    place.sis.fault(place.name, fault, collection="users", **options)
    place.fetcher()
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due()
    rows = place.collections(run)
    assert {row["sealed"] for row in rows.values()} == {True}
    assert max(row["pass"] for row in rows.values()) == 1


@pytest.mark.slow
def test_no_total_and_no_links_end_at_an_empty_page_not_at_a_short_one(scene):
    place = scene(page_size=20)
    place.sis.fault(place.name, "no-total")
    place.sis.fault(place.name, "no-link")
    place.sis.fault(place.name, "clamp", max=9)
    place.fetcher()
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due()
    assert {row["sealed"] for row in place.collections(run).values()} == {True}


@pytest.mark.slow
def test_one_moved_total_or_repeated_page_costs_a_pass_and_no_more(scene):
    for fault in ("moving-total", "repeat-page"):
        place = scene(page_size=20)
        place.sis.fault(place.name, fault, collection="users", first=2, last=2)
        place.fetcher()
        run = place.request()
        place.wait(run)
        row = place.collections(run)["users"]
        assert (row["pass"], row["sealed"]) == (2, True), fault
        assert sorted_ids(place, run) == place.due()
        place.workers[0].stop()


# ---- lanes side by side (L4) --------------------------------------------------------------------------------------------------------------


def wide(scene, **options):
    """A scene whose source may be read by four lanes at once."""
    place = scene(**{"page_size": 20, **options})
    place.admin.execute("UPDATE source SET parallel = 4")
    return place


def lanes(place, run, collection="enrollments"):
    return place.all("SELECT l.* FROM run_lanes(%s) l WHERE l.collection = %s ORDER BY l.lane", run, collection)


def test_lanes_side_by_side_read_a_collection_once(scene):
    place = wide(scene)
    place.fetcher()
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due()
    assert all(row["sealed"] for row in place.collections(run).values())
    ranges = lanes(place, run)
    assert len(ranges) == place.collections(run)["enrollments"]["lanes"] == 4
    assert all(lane["start_at"] + lane["received"] == lane["until"] for lane in ranges[:-1])
    assert [lane["start_at"] for lane in ranges[1:]] == [lane["until"] for lane in ranges[:-1]]
    assert sum(lane["received"] for lane in ranges) == len(place.world["enrollments"])
    assert len(lanes(place, run, "orgs")) == 1, "too short to be split"


SPLIT = {
    "a clamped page": ("clamp", {"max": 7}, 1),
    "pages shorter than asked for": ("short-pages", {}, 1),
    "a total that moved": ("moving-total", {"first": 7, "last": 7}, 2),
    "a page that came twice": ("repeat-page", {"first": 7, "last": 7}, 2),
}


@pytest.mark.parametrize("what", cases(SPLIT, {"a clamped page", "a total that moved"}))
def test_lanes_side_by_side_bear_what_sources_do(scene, what):
    fault, options, passes = SPLIT[what]
    place = wide(scene)
    place.sis.fault(place.name, fault, collection="enrollments", **options)
    place.fetcher()
    run = place.request()
    place.wait(run)
    row = place.collections(run)["enrollments"]
    assert (row["pass"], row["sealed"], row["lanes"]) == (passes, True, 4 if passes == 1 else 1)
    assert sorted_ids(place, run) == place.due()


@pytest.mark.slow
def test_lanes_side_by_side_outlive_the_fetcher_that_holds_them(scene):
    place = wide(scene, page_size=7)
    worker = place.fetcher(ROLLCALL_FAULT="fetcher.page.checkpointed:kill@20")
    run = place.request()
    wait_until(lambda: not worker.alive, "the fetcher is killed", 60, 0.05)
    worker.set(ROLLCALL_FAULT=None).start()
    place.wait(run, seconds=90)
    assert sorted_ids(place, run) == place.due()
    assert all(row["sealed"] and row["pass"] == 1 for row in place.collections(run).values())


# ---- sources that prove nothing ---------------------------------------------------------------------------------------------------------

UNPROVED = {
    "a total that always moves": ("moving-total", {}, 3, "total moved"),
    "always the first page": ("ignore-offset", {}, 3, "same page twice"),
    "too high a total": ("wrong-total", {"by": 5}, 1, "fewer records"),
    "nothing": ("empty", {}, 1, "answered with nothing"),
}


@pytest.mark.parametrize("what", cases(UNPROVED, {"a total that always moves", "nothing"}))
def test_a_collection_without_proof_ends_unsealed_with_a_reason(scene, what):
    fault, options, passes, reason = UNPROVED[what]
    place = scene(page_size=20)
    place.sis.fault(place.name, fault, collection="users", **options)
    place.fetcher()
    run = place.request()
    place.wait(run)
    rows = place.collections(run)
    assert (rows["users"]["pass"], rows["users"]["sealed"]) == (passes, False)
    assert reason in rows["users"]["reason"]
    assert all(row["sealed"] for name, row in rows.items() if name != "users")


# ---- sources that need a person ---------------------------------------------------------------------------------------------------------

HOPELESS = {
    "wrong credentials": ("wrong-credentials", "refused the key or secret"),
    "a wrong address": ("base-404", "nothing at this address"),
    "a sign-in page": ("html", "web page came instead of data"),
    "an error with 200": ("error-200", "error message instead of data"),
    "an empty body": ("empty-body", "without any content"),
    "broken JSON": ("cut-json", "damaged or cut off"),
    "no permission": ("forbidden", "does not let us read"),
    "out of order": ("error-503", "out of order"),
    "resets": ("reset", "could not be reached"),
}


@pytest.mark.parametrize("what", cases(HOPELESS, {"wrong credentials", "a sign-in page"}))
def test_trouble_that_stays_parks_the_run_with_words_for_the_owner(scene, what):
    fault, words = HOPELESS[what]
    place = scene()
    place.sis.fault(place.name, fault)
    place.fetcher()
    run = place.request()
    row = place.wait(run, phase=None)
    assert (row["state"], row["phase"]) == ("Paused", "fetching")
    assert words in row["failure"]
    lanes = place.all("SELECT * FROM lane WHERE run_id = %s", run)
    assert {lane["state"] for lane in lanes} == {"failed"}
    assert place.one("SELECT count(*) FROM alert WHERE run_id = %s", run) == 1
    assert place.ids(run) == {}


def test_a_failed_lane_goes_on_once_the_secret_is_right(scene):
    place = scene(auth="oauth1-sha256")
    place.set_credential("client_secret", "wrong")
    place.fetcher()
    run = place.request()
    place.wait(run, phase=None)
    place.set_credential("client_secret", "s3cret&/")
    for lane in place.all("SELECT lane_id FROM lane WHERE run_id = %s", run):
        assert place.one("SELECT lane_reopen(%s, 'somebody')", lane["lane_id"]) is None
    place.wait(run)
    assert sorted_ids(place, run) == place.due()


def test_a_source_without_credentials_or_with_an_unusable_url_is_told_at_once(scene):
    for change, words in (("DELETE FROM source_credential", "no key and secret yet"),
                          ("UPDATE source SET base_url = 'ftp://sis.invalid'", "URL cannot be used")):
        place = scene(auth="oauth1-sha1")
        place.admin.execute(change + " WHERE district_id = %s", [place.id])
        place.fetcher()
        run = place.request()
        row = place.wait(run, phase=None)
        assert words in row["failure"]
        assert place.one("SELECT max(tries) FROM lane WHERE run_id = %s", run) == 1
        place.workers[0].stop()


def test_a_page_larger_than_allowed_is_asked_for_again_with_fewer_records(scene):
    place = scene(page_size=1000)
    place.fetcher(ROLLCALL_FETCH_PAGE_BYTES="16KiB")
    run = place.request()
    place.wait(run)
    assert sorted_ids(place, run) == place.due()
    assert place.collections(run)["users"]["page_size"] < 1000


def test_credits_hold_the_fetcher_back_until_pages_are_staged(scene):
    place = scene(page_size=2)
    place.staging = False
    place.fetcher()
    run = place.request()
    def waiting():
        return place.one("SELECT count(*) FROM lane WHERE run_id = %s AND state IN ('waiting', 'sealed')", run) == 6
    wait_until(waiting, "every lane waits for credits or has ended", 60, 0.1)
    assert place.one("SELECT run_outstanding(%s)", run) <= 16 + 6 * 3
    place.staging = True
    place.wait(run, seconds=120)
    assert sorted_ids(place, run) == place.due()


# ---- crashes, stops, losses ---------------------------------------------------------------------------------------------------------------

POINTS = ["fetcher.taken", "fetcher.page.fetched", "fetcher.page.acked", "fetcher.page.checkpointed", "fetcher.task.before-commit",
          "fetcher.task.committed", "stage.handled"]


@pytest.mark.parametrize("point", cases(POINTS, {"fetcher.page.acked"}))
def test_a_kill_at_each_point_changes_only_the_time(scene, point):
    place = scene(page_size=15)
    worker = place.fetcher(ROLLCALL_FAULT=f"{point}:kill@4")
    run = place.request()
    wait_until(lambda: not worker.alive, "the fetcher is killed at its point", 60, 0.05)
    worker.set(ROLLCALL_FAULT=None).start()
    place.wait(run, seconds=90)
    assert sorted_ids(place, run) == place.due()
    rows = place.collections(run)
    assert {row["sealed"] for row in rows.values()} == {True}
    assert max(row["pass"] for row in rows.values()) == 1


@pytest.mark.slow
def test_a_kill_costs_at_most_a_page_of_each_lane_in_hand(scene):
    place = scene(page_size=15)
    worker = place.fetcher(ROLLCALL_FAULT="fetcher.page.acked:kill@7", ROLLCALL_STAGE_PARALLEL="1")
    run = place.request()
    wait_until(lambda: not worker.alive, "the fetcher is killed", 60, 0.05)
    worker.set(ROLLCALL_FAULT=None).start()
    place.wait(run, seconds=90)
    twice = [page for page in place.sis.counters(place.name)["twice"] if page["resource"] != "token"]
    assert len(twice) <= 1


def pages_asked(place):
    """How many pages were asked for, each time counted."""
    return sum(count for resource, count in place.sis.counters(place.name)["requests"].items() if resource != "token")


def lease_runs_out(place):
    """What its time does to the lease and the lock of the only fetcher, which was killed, and to its places at the host."""
    place.admin.execute("UPDATE lane SET lease_until = now() WHERE lease_until > now()")
    redis = place.redis.client()
    for pattern in ("rollcall:lock:lane:*", "rollcall:rate:busy:*", "rollcall:rate:share:*"):
        redis.delete(*redis.keys(pattern) or ["none"])


@pytest.mark.slow
def test_kills_cost_at_most_a_page_each(scene):
    """100 kills in a fetch of 1,000 pages are the promise: ROLLCALL_TEST_FETCH_KILLS=100."""
    kills = int(os.environ.get("ROLLCALL_TEST_FETCH_KILLS", "10"))
    chance = random.Random(kills)
    world = make_district(7, students=kills, schools=1)
    place = scene(world=world, page_size=max(1, sum(len(world[name]) for name in COLLECTIONS) // (10 * kills)))
    worker = place.fetcher(ROLLCALL_STAGE_PARALLEL="1", ROLLCALL_STAGE_SESSION_TIMEOUT="2s", ROLLCALL_FETCH_LEASE="30s")
    run = place.request()
    for _ in range(kills):
        due = pages_asked(place) + chance.randint(4, 12)
        wait_until(lambda due=due: pages_asked(place) >= due or place.row(run)["phase"] == "ready", "some pages are fetched", 180, 0.005)
        time.sleep(chance.uniform(0, 0.02))  # wherever in a page it is then
        worker.kill()
        lease_runs_out(place)
        worker.start()
    place.wait(run, seconds=300)
    twice = [page for page in place.sis.counters(place.name)["twice"] if page["resource"] != "token"]
    print(f"{kills} kills, {pages_asked(place)} pages, {len(twice)} asked for twice")
    assert sum(page["count"] - 1 for page in twice) <= kills and pages_asked(place) >= 9 * kills
    assert sorted_ids(place, run) == place.due()
    assert all((row["sealed"], row["pass"]) == (True, 1) for row in place.collections(run).values())


def test_a_fetcher_stopped_past_its_lease_and_continued_moves_nothing(scene):
    place = scene(page_size=15)
    first = place.fetcher(ROLLCALL_FAULT="fetcher.page.acked:stop@3", ROLLCALL_STAGE_PARALLEL="1")
    run = place.request()
    wait_until(lambda: _stopped(first), "the fetcher is stopped", 60, 0.05)
    time.sleep(1.2)  # longer than its lease
    second = place.fetcher()
    place.wait(run, seconds=90)
    before = place.ids(run)
    first.resume()
    time.sleep(2)
    assert place.ids(run) == before
    assert sorted_ids(place, run) == place.due()
    assert second.alive


def _stopped(worker):
    with open(f"/proc/{worker.pid}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


@pytest.mark.slow
def test_a_flush_of_redis_and_redis_being_away_cost_time_only(scene, tmp_path):
    with Redis(tmp_path / "redis") as own:
        place = scene(page_size=10, redis=own)
        place.sis.fault(place.name, "drip", piece=500, pause=0.005)
        worker = place.fetcher()
        run = place.request()
        wait_until(lambda: place.one("SELECT count(*) FROM lane_page WHERE run_id = %s", run) > 5, "pages are listed", 60, 0.05)
        own.flush()
        wait_until(lambda: place.one("SELECT count(*) FROM lane_page WHERE run_id = %s", run) > 12, "more pages", 60, 0.05)
        own.stop()
        time.sleep(2)
        own.start()
        place.wait(run, seconds=90)
        assert sorted_ids(place, run) == place.due()
        assert max(row["pass"] for row in place.collections(run).values()) == 1
        assert worker.alive


def _slow_run(place):
    """A run in which some pages are listed and many are not."""
    place.sis.fault(place.name, "drip", piece=500, pause=0.01)
    worker = place.fetcher()
    run = place.request()
    wait_until(lambda: place.one("SELECT count(*) FROM lane_page WHERE run_id = %s", run) > 3, "pages are listed", 60, 0.05)
    return worker, run


@pytest.mark.slow
def test_an_outage_of_postgresql_in_mid_run_is_waited_for(scene):
    with Postgres(fsync="on", synchronous_commit="on") as own:  # what it acknowledged must be there afterwards
        own.create_owner()
        name = own.create_database()
        own.migrate_directly(name)
        place = scene(page_size=10, postgres=own, database=name)
        worker, run = _slow_run(place)
        own.kill()
        time.sleep(3)
        own.start()
        place.reconnect()
        place.wait(run, seconds=120)
        assert sorted_ids(place, run) == place.due()
        assert max(row["pass"] for row in place.collections(run).values()) == 1
        assert worker.alive
        place.close()


@pytest.mark.slow
def test_an_outage_of_kafka_in_mid_run_is_waited_for(scene, kafka_as_it_is):
    place = scene(page_size=10)
    worker, run = _slow_run(place)
    kafka_as_it_is.stop()
    time.sleep(3)
    kafka_as_it_is.start()
    place.wait(run, seconds=150)
    assert sorted_ids(place, run) == place.due()
    assert max(row["pass"] for row in place.collections(run).values()) == 1
    assert worker.alive


def test_a_drain_ends_in_time_and_another_fetcher_goes_on_at_once(scene):
    place = scene(page_size=10)
    place.sis.fault(place.name, "drip", piece=500, pause=0.01)
    worker = place.fetcher()
    run = place.request()
    wait_until(lambda: place.one("SELECT count(*) FROM lane_page WHERE run_id = %s", run) > 5, "pages are listed", 60, 0.05)
    begun = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - begun < 15
    assert place.one("SELECT max(tries) FROM lane WHERE run_id = %s AND state = 'open'", run) in (0, 1, None)
    place.fetcher()
    place.wait(run, seconds=90)
    assert sorted_ids(place, run) == place.due()


def test_every_message_is_as_its_schema_says_and_failed_lanes_are_told(scene):
    place = scene()
    place.fetcher()
    place.wait(place.request())
    place.admin.execute("UPDATE source SET active_run = NULL")
    place.sis.fault(place.name, "wrong-credentials")
    run = place.request()
    place.wait(run, phase=None)
    wait_until(lambda: place.one("SELECT count(*) FROM outbox") == 0, "the relay has sent all", 30, 0.1)
    letters = [record for record in place.kafka.records(topic("dead.letter")) if record.headers["rc_run"] == str(run)]
    assert len(letters) == 6
    for name in ("run.requested", "fetch.requested", "page.fetched"):
        assert validate_records(place.kafka.records(topic(name)))
    assert validate_records(letters)
    alerts = [record for record in place.kafka.records(topic("alert.raised")) if record.headers["rc_run"] == str(run)]
    assert len(alerts) == 1
    assert validate_records(alerts)
