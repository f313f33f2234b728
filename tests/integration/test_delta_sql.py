"""What a run becomes when it begins (run_begin, run_request): a delta, a full run, one that may skip; and what moves or drops the cursor."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.process import wait_until
from with_reconciler import COLLECTIONS, District

TODAY = "local_date(time_zone)"


@pytest.fixture
def maple(postgres, database):
    district = District(postgres, database)
    yield district
    district.close()


def read(maple, days_ago=0, collections=COLLECTIONS, kind="full", sealed=None):
    """A snapshot of so many days ago, and cursors."""
    run = maple.one("INSERT INTO run (district_id, source_id, phase, state, finished_at) VALUES (%s, %s, 'done', 'Completed', now()) RETURNING run_id",
                    maple.id, maple.source)
    for collection in collections:
        maple.admin.execute("INSERT INTO source_cursor (district_id, source_id, collection, read_to, revision, run_id) "
                            "VALUES (%s, %s, %s, now() - %s * interval '1 day', 'r1', %s)", [maple.id, maple.source, collection, days_ago, run])
    maple.admin.execute(f"INSERT INTO snapshot (district_id, source_id, run_id, mirror_version, taken_on, kind, sealed, suspect) "
                        f"SELECT %s, %s, %s, 1, {TODAY} - %s, %s, %s, false FROM district",
                        [maple.id, maple.source, run, days_ago, kind, list(COLLECTIONS if sealed is None else sealed)])
    return run


def begin(maple, mode):
    run = maple.one("SELECT run_request(%s, 'somebody', false, '', %s)", maple.source, mode)
    assert maple.one("SELECT run_begin(%s)", run)
    return maple.run_row(run)


def ended(maple, row):
    maple.one("SELECT run_fail(%s, 'over')", row["run_id"])


def delta(maple, **settings):
    for name, value in {"delta": True, **settings}.items():
        maple.admin.execute(f"UPDATE source SET {name} = %s", [value])


@pytest.mark.parametrize("mode, days_ago, kind", [
    ("auto", 0, "delta"), ("auto", 6, "delta"), ("auto", 7, "full"), ("delta", 7, "delta"), ("full", 0, "full")])
def test_a_full_run_comes_weekly_and_whenever_it_is_asked_for(maple, mode, days_ago, kind):
    read(maple, days_ago)
    delta(maple)
    row = begin(maple, mode)
    assert row["kind"] == kind
    assert {c["mode"] for c in maple.all("SELECT mode FROM run_collection")} == {"delta" if kind == "delta" else "bulk"}


def test_every_so_many_days_may_be_fewer_than_seven_and_never_more(maple):
    read(maple, 2)
    delta(maple, full_every_days=2)
    assert begin(maple, "auto")["kind"] == "full"
    with pytest.raises(Exception, match="check"):
        maple.admin.execute("UPDATE source SET full_every_days = 8")


@pytest.mark.parametrize("why", ["off", "dates", "unread", "other"])
def test_without_what_a_delta_rests_on_the_run_is_full_and_says_why(maple, why):
    read(maple, collections=COLLECTIONS[:-1] if why == "unread" else COLLECTIONS)
    delta(maple, **{"off": {"delta": False}, "dates": {"honest_dates": False}}.get(why, {}))
    if why == "other":      # another address: what was read there says nothing here
        maple.admin.execute("UPDATE source SET base_url = 'http://other.invalid'")
    words = maple.one("SELECT delta_refusal(s) FROM source s")
    assert {"off": "delta=off", "dates": "honest-dates=off", "unread": "enrollments were never read", "other": "were never read"}[why] in words
    assert begin(maple, "delta")["kind"] == "full"


def test_an_incomplete_or_skipped_snapshot_is_no_full_run(maple):
    read(maple, 0, sealed=COLLECTIONS[:-1])
    delta(maple)
    assert begin(maple, "auto")["kind"] == "full"


def test_the_window_overlaps_by_two_nights_and_ends_where_the_run_began(maple):
    read(maple, 1)
    delta(maple)
    row = begin(maple, "auto")
    windows = maple.all("SELECT c.since, c.before, k.read_to FROM run_collection c JOIN source_cursor k USING (collection)")
    assert len(windows) == len(COLLECTIONS)
    assert {w["read_to"] - w["since"] for w in windows} == {datetime.timedelta(hours=48)}
    assert {w["before"] for w in windows} == {row["started_at"]}


def test_a_collection_that_was_never_read_is_read_whole_within_a_delta(maple):
    read(maple)
    delta(maple, demographics=True)
    row = begin(maple, "auto")
    assert row["kind"] == "delta"
    assert maple.collection(row["run_id"], "demographics")["mode"] == "bulk"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Midway", "America/New_York"])
def test_at_the_turn_of_the_year_a_week_is_seven_dates_of_the_district(maple, zone):
    """The last whole reading on 26 December: a full run is due on 2 January of the district, whatever the year and the zone."""
    read(maple)
    delta(maple)
    maple.admin.execute("UPDATE district SET time_zone = %s", [zone])
    maple.admin.execute("UPDATE snapshot SET taken_on = '2026-12-26'")
    stands = "SELECT full_stands(s, %s) FROM source s"
    assert [maple.one(stands, day) for day in ("2026-12-31", "2027-01-01", "2027-01-02")] == [True, True, False]
    # And the cursor's instant is one instant: no year, week or zone goes into the window.
    maple.admin.execute("UPDATE source_cursor SET read_to = '2027-01-01T00:30:00+14:00'")
    maple.admin.execute(f"SET TimeZone = '{zone}'")
    begin(maple, "delta")
    assert maple.one("SELECT min(since) AT TIME ZONE 'UTC' FROM run_collection") == datetime.datetime(2026, 12, 29, 10, 30)


def test_requests_that_join_make_the_more_of_both(maple):
    read(maple)
    delta(maple)
    ask = "SELECT run_request(%s, 'somebody', false, '', %s)"
    seen = []
    for mode in ("delta", "auto", "delta", "full", "auto"):
        run = maple.one(ask, maple.source, mode)
        seen.append(maple.run_row(run)["mode"])
    assert seen == ["delta", "auto", "auto", "full", "full"]
    assert maple.one("SELECT count(*) FROM run WHERE phase = 'scheduled'") == 1
    # A request without a word about it is for a full run.
    maple.admin.execute("UPDATE run SET mode = 'delta' WHERE phase = 'scheduled'")
    maple.one("SELECT run_request(%s, 'somebody')", maple.source)
    assert maple.one("SELECT mode FROM run WHERE phase = 'scheduled'") == "full"


def test_a_revision_may_stand_for_reading_only_where_nothing_waits_for_it(maple):
    read(maple)
    assert begin(maple, "auto")["may_skip"]
    ended(maple, maple.run_row(maple.one("SELECT active_run FROM source")))
    assert not begin(maple, "full")["may_skip"]
    ended(maple, maple.run_row(maple.one("SELECT active_run FROM source")))
    # Somebody's countdown waits for a snapshot.
    run = maple.one("SELECT run_id FROM snapshot")
    maple.admin.execute("INSERT INTO mirror_record (district_id, source_id, collection, sourced_id, present, absent_run, absent_on, first_run, last_run) "
                        "VALUES (%s, %s, 'users', 'ann', false, %s, current_date, %s, %s)", [maple.id, maple.source, run, run, run])
    assert not begin(maple, "auto")["may_skip"]
    ended(maple, maple.run_row(maple.one("SELECT active_run FROM source")))
    maple.admin.execute("UPDATE mirror_record SET gone = 2")
    row = begin(maple, "auto")
    assert row["may_skip"]
    # Once it did today, it does not again; tomorrow it may.
    maple.admin.execute("UPDATE run_collection SET unchanged = true WHERE run_id = %s", [row["run_id"]])
    ended(maple, row)
    assert not begin(maple, "auto")["may_skip"]
    ended(maple, maple.run_row(maple.one("SELECT active_run FROM source")))
    maple.admin.execute("UPDATE run SET snapshot_on = snapshot_on - 1")
    assert begin(maple, "auto")["may_skip"]
    ended(maple, maple.run_row(maple.one("SELECT active_run FROM source")))
    # A whole reading is a week old: it is read, whatever the revision says.
    maple.admin.execute("UPDATE snapshot SET taken_on = taken_on - 7")
    assert not begin(maple, "auto")["may_skip"]


def test_a_run_that_fails_leaves_its_window_to_the_next(maple):
    read(maple, 1)
    delta(maple)
    before = maple.all("SELECT * FROM source_cursor ORDER BY collection")
    ended(maple, begin(maple, "delta"))
    assert maple.all("SELECT * FROM source_cursor ORDER BY collection") == before


def test_a_request_that_wants_more_stands_behind_a_run_that_begins_meanwhile(maple, postgres, database):
    """R2: it waits for the row, and finds that what it would have joined has begun as something less."""
    options = "-c search_path=rollcall,pg_temp -c rollcall.district=" + str(maple.id)
    run = maple.one("SELECT run_request(%s, 'schedule', false, '', 'auto')", maple.source)
    with postgres.connect("rollcall_fetcher", database, options=options) as fetcher, ThreadPoolExecutor(1) as aside:
        with fetcher.transaction():
            assert fetcher.execute("SELECT run_begin(%s)", [run]).fetchone()[0]
            request = aside.submit(lambda: _ask(postgres, database, options, maple.source))
            wait_until(lambda: maple.one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"),
                       "the request waits for the run's row", 60)
        behind = request.result(timeout=60)
    assert behind != run
    assert maple.run_row(run)["mode"] == "auto"
    assert (maple.run_row(behind)["mode"], maple.run_row(behind)["phase"]) == ("full", "scheduled")


def _ask(postgres, database, options, source):
    with postgres.connect("rollcall_cli", database, options=options) as cli:
        return cli.execute("SELECT run_request(%s, 'somebody', false, '', 'full')", [source]).fetchone()[0]


def test_a_run_that_was_in_hand_when_the_source_became_another_one_moves_no_cursor(maple):
    delta(maple)
    run = begin(maple, "full")["run_id"]
    maple.admin.execute("UPDATE run_collection SET sealed = true")
    maple.admin.execute("UPDATE source SET version = '1.2'")
    cursor = (Path(__file__).parents[2] / "services/reconciler/sql/mirror_cursor.sql").read_text().replace("$1::uuid", "%s")
    maple.admin.execute(cursor, [run, run])
    assert maple.one("SELECT count(*) FROM source_cursor") == 0
    maple.one("SELECT run_fail(%s, 'over')", run)
    run = begin(maple, "full")["run_id"]
    maple.admin.execute("UPDATE run_collection SET sealed = true WHERE run_id = %s", [run])
    maple.admin.execute(cursor, [run, run])
    assert maple.one("SELECT count(*) FROM source_cursor") == len(COLLECTIONS)
