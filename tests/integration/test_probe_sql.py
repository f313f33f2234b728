"""The functions of schemas/sql/0019_probe against a real PostgreSQL, under the fetcher's own role: a test that is begun and never ended."""

import pytest
from with_reconciler import District


@pytest.fixture
def maple(postgres, database):
    district = District(postgres, database)
    yield district
    district.close()


def by_fetcher(maple, query, *values):
    with maple.postgres.connect("rollcall_fetcher", maple.database, options="-c search_path=rollcall,pg_temp") as connection:
        connection.execute(f"SET rollcall.district = '{maple.id}'")
        return [row[0] for row in connection.execute(query, values).fetchall()]


def take(maple, probe):
    """By a fetcher that dies over it."""
    found = by_fetcher(maple, "SELECT probe_take(%s, 'one', 60000)", probe)
    maple.admin.execute("UPDATE probe SET lease_until = now() - interval '1 second' WHERE finished_at IS NULL")
    return found


def request(maple):
    return maple.one("SELECT probe_request(%s, 'somebody')", maple.source)


def test_a_test_that_kills_its_fetcher_ends_at_the_fourth_begin_and_another_may_be_asked_for(maple):
    probe = request(maple)
    assert [take(maple, probe) for _ in range(4)] == [[1], [2], [3], []]
    assert maple.one("SELECT verdict FROM probe") == "bad"
    assert maple.one("SELECT report #>> '{checks,0,state}' FROM probe") == "error"
    assert by_fetcher(maple, "SELECT probe_id FROM probes_due(9)") == []
    assert request(maple) != probe


def test_what_is_given_back_counts_for_nothing(maple):
    probe = request(maple)
    for number in range(1, 6):
        assert take(maple, probe) == [number]
        assert by_fetcher(maple, "SELECT probe_renew(%s, %s, 0)", probe, number) == [True]
