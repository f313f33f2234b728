"""What a SIS bears: rates and requests at a time shared by all fetchers, waits that it asks for, quiet hours, time-outs, where its address
may lead, and credentials that are replaced without a gap."""

import pytest
from psycopg.rows import tuple_row
from sis.generate import make_district
from sis.server import running
from support.cli import Cli
from support.process import wait_until
from with_fetcher import Scene, make_topics

RIGHT, WRONG = "s3cret&/", "not-yet-valid"
# Places at a host run out with the lease: of a fetcher that stands still for a second on a busy machine they must not.
UNHURRIED = {"ROLLCALL_FETCH_LEASE": "60s", "ROLLCALL_FETCH_TIMEOUT": "60s"}


@pytest.fixture(scope="module", name="world")
def _world():
    return make_district(5, students=45, schools=2)


@pytest.fixture(scope="module", name="server")
def _server():
    with running() as server:
        yield server


@pytest.fixture
def scene(programs, postgres, database, kafka_as_it_is, redis, server, world, tmp_path):
    make_topics(kafka_as_it_is)
    made = []

    def make(**options):
        made.append(Scene(server=server, world=world, folder=tmp_path, postgres=postgres, database=database, kafka=kafka_as_it_is,
                          redis=redis, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def set_source(place, **values):
    columns = ", ".join(f"{column} = %s" for column in values)
    place.admin.execute(f"UPDATE source SET {columns} WHERE district_id = %s", [*values.values(), place.id])


def pages_of(place):
    return [entry for entry in place.sis.log(place.name) if entry["resource"] != "token"]


def whole(place, run):
    assert {name: sorted(ids) for name, ids in place.ids(run).items()} == place.due()
    assert {row["sealed"] for row in place.collections(run).values()} == {True}


def failed_with(place, run, words):
    assert words in place.wait(run, phase=None)["failure"]


# ---- rates --------------------------------------------------------------------------------------------------------------------------


def test_all_fetchers_together_ask_no_faster_than_the_host_bears(scene):
    place = scene(page_size=5, auth="oauth1-sha256")
    set_source(place, host_requests=20, host_window_s=2, host_concurrent=2)
    place.sis.fault(place.name, "late", seconds=0.02)
    for _ in range(2):
        place.fetcher(**UNHURRIED, ROLLCALL_FETCH_TASK_PAGES="8")
    run = place.request()
    place.wait(run, seconds=240)
    whole(place, run)
    at = sorted(entry["at"] for entry in pages_of(place))
    # 4 at once, then one in 2/17 s. Load of the machine makes it longer, but for what the first of all took to arrive.
    assert len(at) > 60 and at[-1] - at[0] >= 0.6 * (len(at) - 4) * 2 / 17
    assert place.sis.counters(place.name)["most_at_once"] <= 2
    assert place.one("SELECT max(tries) FROM lane WHERE run_id = %s", run) <= 1, "to wait for one's turn is no try"
    busy = f"rollcall:rate:busy:{place.sis.url.split('//')[1]}"
    wait_until(lambda: place.redis.client().zcard(busy) == 0, "every place is given back, long before its time", 30)


def test_a_lost_redis_starts_the_counts_over_and_nothing_else(scene):
    place = scene(page_size=5)
    set_source(place, host_requests=40, host_window_s=4)
    place.fetcher()
    run = place.request()
    for count in (10, 20, 30):
        wait_until(lambda wanted=count: len(pages_of(place)) >= wanted, f"{count} pages were asked for", 180, 0.05)
        place.redis.flush()
    place.wait(run, seconds=240)
    whole(place, run)


def test_a_source_that_asks_for_a_pause_is_left_alone_by_all_its_lanes(scene):
    place, other = scene(auth="oauth1-sha256"), scene(auth="oauth1-sha256")
    place.sis.fault(place.name, "busy-seconds", first=2, last=2, seconds=8)
    place.fetcher()
    runs = [(one, one.request()) for one in (place, other)]
    for one, run in runs:
        one.wait(run, seconds=180)
        whole(one, run)
    log = pages_of(place)
    told = next(entry["at"] for entry in log if entry["status"] == 429)
    # Until a busy machine's fetcher has read and told it, the others go on; what was on its way then may still arrive.
    assert len([entry for entry in log if told + 4 < entry["at"] < told + 7.9]) <= 2
    assert [entry for entry in log if entry["at"] >= told + 7.9], "it goes on afterwards"
    assert not [entry for entry in pages_of(other) if entry["status"] != 200], "another district of the host is not held back"


def test_a_profiles_requests_a_minute_and_busy_hours_hold_for_its_source(scene):
    place = scene(page_size=10, auth="oauth1-sha256")
    set_source(place, quirks='{"requests_per_minute": 6000}')
    place.admin.execute("UPDATE source SET busy_from = (now() AT TIME ZONE 'UTC')::time - interval '1 hour', "
                        "busy_until = (now() AT TIME ZONE 'UTC')::time + interval '7 hours' WHERE district_id = %s", [place.id])
    place.admin.execute("UPDATE district SET time_zone = 'UTC' WHERE district_id = %s", [place.id])
    place.sis.fault(place.name, "late", seconds=0.02)
    for _ in range(2):
        place.fetcher(**UNHURRIED)
    run = place.request()
    place.wait(run)
    whole(place, run)
    assert place.sis.counters(place.name)["most_at_once"] == 1


# ---- quiet hours ----------------------------------------------------------------------------------------------------------------------


def test_in_quiet_hours_nothing_is_asked_and_the_pass_begins_when_they_are_over(scene):
    place = scene()
    place.admin.execute("UPDATE district SET time_zone = 'Pacific/Kiritimati' WHERE district_id = %s", [place.id])
    place.admin.execute("UPDATE source SET quiet_from = (now() AT TIME ZONE 'Pacific/Kiritimati')::time - interval '1 hour', "
                        "quiet_until = (now() AT TIME ZONE 'Pacific/Kiritimati')::time + interval '7 hours' WHERE district_id = %s", [place.id])
    place.fetcher()
    run = place.request()
    waiting = "SELECT count(*) FROM lane WHERE run_id = %s AND reason LIKE '%%quiet hours%%' AND due_at > now() + interval '6 hours'"
    wait_until(lambda: place.one(waiting, run) == 6, "every lane waits for the end of the quiet hours", 180, 0.1)
    assert pages_of(place) == []
    assert place.one("SELECT bool_and(pass_started_at > now() + interval '6 hours') FROM run_collection WHERE run_id = %s", run)
    assert place.one("SELECT max(tries) FROM lane WHERE run_id = %s", run) == 0
    cli = Cli({"ROLLCALL_DATABASE_URL": place.postgres.url("rollcall_cli", place.database)})
    cli.run("source", "set", "-d", place.name, "quiet-hours=").ok()
    place.wait(run)  # nobody makes the lanes due but the change itself
    whole(place, run)


@pytest.mark.parametrize("at, of, end", [
    ("2026-01-15 12:00+00", ("09:00", "17:00", "UTC"), "2026-01-15 17:00+00"),
    ("2026-01-15 08:59+00", ("09:00", "17:00", "UTC"), None),
    ("2026-01-15 17:00+00", ("09:00", "17:00", "UTC"), None),
    ("2026-01-15 23:00+00", ("22:00", "04:00", "UTC"), "2026-01-16 04:00+00"),
    ("2026-01-15 03:00+00", ("22:00", "04:00", "UTC"), "2026-01-15 04:00+00"),
    ("2026-01-15 04:00+00", ("22:00", "04:00", "UTC"), None),
    ("2026-01-15 15:00+00", ("09:00", "17:00", "America/Chicago"), "2026-01-15 23:00+00"),
    ("2026-03-08 05:00+00", ("22:00", "04:00", "America/Chicago"), "2026-03-08 09:00+00"),
    ("2026-11-01 05:00+00", ("22:00", "04:00", "America/Chicago"), "2026-11-01 10:00+00"),
    ("2026-01-15 12:00+00", (None, None, "UTC"), None)])
def test_quiet_hours_end_by_the_districts_clock(postgres, database, at, of, end):
    with postgres.connect("postgres", database, options="-c search_path=rollcall", row_factory=tuple_row) as connection:
        found = connection.execute("SELECT quiet_end(%s::time, %s::time, %s, %s::timestamptz) = %s::timestamptz, "
                                   "quiet_end(%s::time, %s::time, %s, %s::timestamptz) IS NULL", [*of, at, end, *of, at]).fetchone()
    assert found == ((None, True) if end is None else (True, False))


# ---- answers that do not come, addresses that lead elsewhere ----------------------------------------------------------------------------


def test_pages_that_time_out_again_and_again_are_asked_for_with_half_the_records(scene):
    place = scene(page_size=40)
    number = place.sis.fault(place.name, "hang", collection="users", first=1, last=2)
    # Long enough for every other page, on a busy machine too.
    place.fetcher(ROLLCALL_FETCH_TIMEOUT="5s", ROLLCALL_FETCH_LEASE="60s")
    run = place.request()
    place.wait(run)
    place.sis.clear(place.name, number)
    whole(place, run)
    sizes = {name: row["page_size"] for name, row in place.collections(run).items()}
    assert sizes["users"] == 20 and sizes["classes"] == 40


def test_a_redirect_within_the_host_is_followed_and_signed_anew(scene):
    place = scene(auth="oauth1-sha256")
    place.sis.fault(place.name, "redirect-within")
    place.fetcher()
    run = place.request()
    place.wait(run)
    whole(place, run)
    assert {entry["status"] for entry in pages_of(place)} == {302, 200}


def test_a_redirect_to_elsewhere_or_without_end_is_not_followed_and_told(scene, server):
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    place = scene(auth="oauth1-sha256")
    place.sis.fault(place.name, "redirect", location=f"{elsewhere}/{place.name}/x")
    place.fetcher(ROLLCALL_FETCH_ALLOW_HOSTS="127.0.0.0/8, ::1")
    failed_with(place, place.request(), "sends us elsewhere: http://localhost")
    assert {entry["status"] for entry in pages_of(place)} == {302}


def test_an_address_inside_is_refused_before_it_is_connected_to(scene):
    place = scene()
    worker = place.fetcher(ROLLCALL_FETCH_ALLOW_HOSTS="10.9.8.0/24, sis.internal")
    failed_with(place, place.request(), "fetch.allow-hosts")
    assert place.sis.log(place.name) == []
    assert "its address is loopback" in worker.log()


def test_a_list_of_hosts_with_a_mistake_stops_the_start(scene):
    worker = scene().fetcher(ROLLCALL_FETCH_ALLOW_HOSTS="https://sis.internal")
    wait_until(lambda: not worker.alive, "the fetcher ends", 180)
    assert "fetch.allow-hosts" in worker.log() and "https://sis.internal" in worker.log()


# ---- credentials that are replaced -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", ["oauth2", "oauth1-sha256"])
def test_old_credentials_serve_until_the_new_ones_have_worked(scene, auth):
    place = scene(auth=auth)
    place.admin.execute("UPDATE source_credential SET old_value = value, old_set_at = set_at, value = %s, set_at = now() "
                        "WHERE district_id = %s AND name = 'client_secret'", [WRONG.encode(), place.id])
    worker = place.fetcher()
    run = place.request()
    place.wait(run)
    whole(place, run)
    assert worker.events("secret.old-serves") and not worker.events("secret.settled")
    held = "SELECT old_value FROM source_credential WHERE district_id = %s AND name = 'client_secret'"
    assert bytes(place.one(held, place.id)) == RIGHT.encode(), "the old one is kept while the new one does not work"
    assert place.one("SELECT refused_at FROM source_credential WHERE district_id = %s AND name = 'client_secret'", place.id), "and that is to be seen"

    kind = {"oauth2": {"kind": "oauth2", "client_id": "key-1"}, "oauth1-sha256": {"kind": "oauth1", "key": "key-1", "methods": ["HMAC-SHA256"]}}
    place.sis.set_auth(place.name, secret=WRONG, **kind[auth])
    place.admin.execute("SELECT run_fail(%s, 'the next one is due')", [run])
    again = place.request()
    place.wait(again)
    whole(place, again)
    assert place.one(held, place.id) is None
    assert place.one("SELECT count(*) FROM audit WHERE district_id = %s AND act = 'secret.settle' AND who = 'rollcall-fetcher'", place.id) == 1
    assert RIGHT not in worker.log() and WRONG not in worker.log()


def test_a_rotation_that_came_in_between_is_not_settled_by_what_worked_before(scene):
    place = scene()
    place.admin.execute("UPDATE source_credential SET old_value = value, set_at = now() WHERE district_id = %s", [place.id])
    assert not place.one("SELECT credential_settle(%s, now() - interval '1 second')", place.source)
    assert place.one("SELECT credential_settle(%s, now() + interval '1 second')", place.source)
