"""What becomes of a run of Clever's when it begins (schemas/sql/0015_clever), under the fetcher's own role: the feed is followed only where
nobody asked for more, and a run that another fetcher has begun is not ended by what this one heard."""

import pytest
from with_reconciler import District


@pytest.fixture
def shared(postgres, database):
    district = District(postgres, database)
    district.admin.execute("UPDATE source SET kind = 'clever', version = '3.1', auth = 'clever', verify = false")
    district.admin.execute("INSERT INTO clever_source (district_id, source_id, clever_district, state, feed, feed_at) "
                           "VALUES (%s, %s, 'c', 'connected', 'e1', now())", [district.id, district.source])
    yield district
    district.close()


def by_fetcher(shared, call, *values):
    with shared.postgres.connect("rollcall_fetcher", shared.database, options="-c search_path=rollcall,pg_temp") as connection:
        connection.execute(f"SET rollcall.district = '{shared.id}'")
        return connection.execute(f"SELECT {call}", values).fetchone()[0]


def request(shared, by, mode):
    return shared.one("SELECT run_request(%s, %s, false, '', %s)", shared.source, by, mode)


@pytest.mark.parametrize("joins, kind", [(None, "delta"), ("delta", "delta"), ("auto", "full"), ("full", "full")])
def test_whoever_wants_more_than_the_feed_gets_a_whole_pull(shared, joins, kind):
    run = request(shared, "events", "delta")
    assert joins is None or request(shared, "schedule", joins) == run
    assert by_fetcher(shared, "clever_begin(%s, 'success', now(), 'e2', true)", run)
    assert shared.run_row(run)["kind"] == kind
    assert {c["mode"] for c in shared.all("SELECT mode FROM run_collection")} == {"delta" if kind == "delta" else "bulk"}


@pytest.mark.parametrize("late", ["clever_missing(%s)", "clever_trouble(%s, 'the credentials are refused', true)"])
def test_what_is_heard_late_ends_no_run_that_has_begun(shared, late):
    run = request(shared, "schedule", "auto")
    assert by_fetcher(shared, "clever_begin(%s, 'success', now(), 'e2', false)", run)
    assert by_fetcher(shared, late, run)
    assert shared.run_row(run)["state"] == "Running"
    assert shared.one("SELECT state FROM clever_source") == "connected"


def test_a_run_that_waits_ends_when_its_district_has_vanished(shared):
    run = request(shared, "schedule", "auto")
    assert not by_fetcher(shared, "clever_missing(%s)", run)
    assert shared.run_row(run)["state"] == "Failed"
