"""The tables and functions of schemas/sql/0016_sftp against a real PostgreSQL, each program under its own role: a look is taken once, one that
never ends is put off, and somebody is told once a day."""

import psycopg
import pytest
from psycopg.rows import dict_row

LEASE = "interval '1 minute'"


class Pickup:
    """A district whose source of zips has a pick-up."""

    def __init__(self, postgres, database, slug):
        self.postgres, self.database = postgres, database
        self.admin = self._connect("postgres")
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES (%s, %s, 'UTC') RETURNING district_id", slug, slug)
        self.source = self.one("INSERT INTO source (district_id, name, kind) VALUES (%s, 'zips', 'oneroster-csv') RETURNING source_id", self.id)
        self.do("INSERT INTO source_pickup (district_id, source_id, host, user_name, auth, host_keys, folder) "
                "VALUES (%s, %s, 'sftp.example', 'maple', 'key', 'SHA256:x', '')", self.id, self.source)

    def _connect(self, role):
        return self.postgres.connect(role, self.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)

    def by(self, program):
        connection = self._connect(f"rollcall_{program}")
        connection.execute(f"SET rollcall.district = '{self.id}'")
        return connection

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def do(self, query, *values):
        self.admin.execute(query, values)

    def row(self):
        return self.admin.execute("SELECT * FROM source_pickup WHERE source_id = %s", [self.source]).fetchone()

    def take(self):
        """A look's number; None: it was not taken."""
        found = self.by("fetcher").execute(f"SELECT take FROM pickup_take(%s, {LEASE})", [self.source]).fetchone()
        return found and found["take"]

    def end(self, take, trouble=None, looks=1, wait="1 minute"):
        words = None if trouble is None else f"{trouble} in words"
        query = "SELECT pickup_end(%s, %s, %s, %s, %s, %s::interval) AS mine"
        return self.by("fetcher").execute(query, [self.source, take, trouble, words, looks, wait]).fetchone()["mine"]

    def look(self, trouble=None, looks=1):
        """A whole look, due at once."""
        self.do("UPDATE source_pickup SET due_at = now() WHERE source_id = %s", self.source)
        assert self.end(self.take(), trouble, looks)

    def alerts(self):
        return [row["kind"] for row in self.admin.execute("SELECT kind FROM alert WHERE source_id = %s ORDER BY at", [self.source])]

    def said(self, topic):
        return self.one("SELECT count(*) FROM outbox WHERE district_id = %s AND topic = %s", self.id, topic)


@pytest.fixture(name="pickup")
def _pickup(postgres, database):
    return Pickup(postgres, database, "maple")


def test_a_look_is_taken_once_until_it_ends_or_its_lease_runs_out(pickup):
    first = pickup.take()
    assert (first, pickup.take()) == (1, None)
    assert pickup.end(first)
    assert pickup.take() is None  # not due
    pickup.do("UPDATE source_pickup SET due_at = now()")
    second = pickup.take()
    pickup.do("UPDATE source_pickup SET lease_until = now() - interval '1 second'")
    third = pickup.take()
    assert (second, third) == (2, 3)
    assert (pickup.end(second), pickup.end(third), pickup.end(third)) == (False, True, False)
    assert pickup.row()["starts"] == 0


def test_one_whose_row_somebody_holds_is_neither_said_nor_taken_nor_waited_for(pickup):
    with pickup.by("fetcher") as holder, holder.transaction():
        holder.execute("SELECT 1 FROM source_pickup WHERE source_id = %s FOR UPDATE", [pickup.source])
        assert pickup.take() is None
        assert not pickup.by("scheduler").execute("SELECT pickup_emit(%s) AS said", [pickup.source]).fetchone()["said"]
    assert pickup.take() == 1


def test_a_look_that_never_ends_is_put_off_and_told(pickup):
    for number in (1, 2, 3):
        assert pickup.take() == number
        pickup.do("UPDATE source_pickup SET lease_until = now() - interval '1 second'")
    assert pickup.take() is None
    assert (pickup.row()["trouble"], pickup.alerts()) == ("unfinished", ["pickup.unfinished"])
    assert pickup.one("SELECT due_at > now() + interval '23 hours' FROM source_pickup")
    pickup.look()
    assert (pickup.row()["trouble"], pickup.row()["starts"]) == (None, 0)


def test_a_paused_district_and_a_removed_source_are_not_looked_into(pickup):
    due = "SELECT count(*) AS n FROM pickups_due(10)"
    assert pickup.by("scheduler").execute(due).fetchone()["n"] == 1
    for table, column in (("district", "paused_at"), ("source", "removed_at")):
        pickup.do(f"UPDATE {table} SET {column} = now()")
        assert (pickup.take(), pickup.by("scheduler").execute(due).fetchone()["n"]) == (None, 0)
        pickup.do(f"UPDATE {table} SET {column} = NULL")
    assert pickup.take() == 1


def test_what_is_due_is_said_once_a_minute(pickup):
    scheduler = pickup.by("scheduler")
    assert scheduler.execute("SELECT pickup_emit(source_id) AS said FROM pickups_due(10)").fetchall() == [{"said": True}]
    assert scheduler.execute("SELECT pickup_emit(source_id) FROM pickups_due(10)").fetchall() == []
    pickup.do("UPDATE source_pickup SET said_at = now() - interval '2 minutes', due_at = now() - interval '1 hour'")
    assert scheduler.execute("SELECT pickup_emit(source_id) AS said FROM pickups_due(10)").fetchall() == [{"said": True}]
    assert pickup.said("pickup.requested") == 2


def test_a_trouble_is_told_after_so_many_looks_and_once_a_day(pickup):
    for _ in range(2):
        pickup.look("unreachable", looks=3)
    assert pickup.alerts() == []
    for _ in range(3):
        pickup.look("unreachable", looks=3)
    assert pickup.alerts() == ["pickup.unreachable"]
    pickup.do("UPDATE source_pickup SET told_at = now() - interval '25 hours'")
    pickup.look("unreachable", looks=3)
    pickup.look("login")
    assert pickup.alerts() == ["pickup.unreachable", "pickup.unreachable", "pickup.login"]
    assert pickup.one("SELECT message FROM alert ORDER BY at DESC LIMIT 1") == "zips of the source zips: login in words"
    assert pickup.said("alert.raised") == 3
    since = pickup.row()["trouble_since"]
    pickup.look("login")
    assert (pickup.row()["trouble_since"], pickup.row()["trouble_looks"]) == (since, 2)
    pickup.look()
    pickup.look("login")
    assert pickup.alerts().count("pickup.login") == 2


def test_a_fetcher_begins_runs_of_zips_alone_and_of_its_district(postgres, database, pickup):
    other = Pickup(postgres, database, "cedar")
    fetcher = pickup.by("fetcher")
    assert fetcher.execute("SELECT pickup_run(%s) AS run", [pickup.source]).fetchone()["run"]
    assert fetcher.execute("SELECT pickup_run(%s) AS run", [other.source]).fetchone()["run"] is None
    assert fetcher.execute("SELECT * FROM source_pickup").fetchall()[0]["source_id"] == pickup.source
    asked = pickup.one("INSERT INTO source (district_id, name, base_url, auth) VALUES (%s, 'sis', 'http://sis.invalid', 'oauth2') "
                       "RETURNING source_id", pickup.id)
    assert fetcher.execute("SELECT pickup_run(%s) AS run", [asked]).fetchone()["run"] is None
    for program in ("normalizer", "notifier", "reconciler"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            pickup.by(program).execute("SELECT host FROM source_pickup")


def test_a_host_key_that_is_none_and_a_name_that_is_no_credentials_are_refused(pickup):
    for query in ("UPDATE source_pickup SET host_keys = ''", "UPDATE source_pickup SET host_keys = 'any'", "UPDATE source_pickup SET auth = 'none'"):
        with pytest.raises(psycopg.errors.CheckViolation):
            pickup.do(query)
    with pytest.raises(psycopg.errors.CheckViolation):
        pickup.do("INSERT INTO source_credential (district_id, source_id, name, value) VALUES (%s, %s, 'Some thing', '')", pickup.id, pickup.source)
