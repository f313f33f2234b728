"""The command line tool against real servers: what it does, what it answers, how it ends."""

import json
import subprocess
import time
import uuid

import pytest

from support import seal
from support.cli import Cli
from support.paths import ROOT, SCHEMAS, program
from support.postgres import OWNER

pytestmark = pytest.mark.usefixtures("programs")


@pytest.fixture
def sql(postgres, database):
    """Statements by the superuser, whom row-level security does not bind."""
    with postgres.connect(database=database, options="-c search_path=rollcall") as connection:
        yield lambda query, *values: connection.execute(query, values or None)


@pytest.fixture
def cli(postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})


@pytest.fixture
def district(cli):
    """A district with one source, made by the tool."""
    cli.run("district", "create", "maple-county", "--name", "Maple County", "--time-zone", "UTC").ok()
    add_source(cli).ok()
    return "maple-county"


def add_source(cli, *words, name="sis"):
    return cli.run(
        "source", "add", "--district", "maple-county", "--name", name, "--url", "https://sis.example/v1p1/",
        "--auth", "oauth1-sha256", "--client-id", "maple", "--client-secret-stdin", *words, stdin="made-up\n",
    )  # fmt: skip


def newest() -> int:
    return max(int(path.name.split("_")[0]) for path in (SCHEMAS / "sql").glob("*.up.sql"))


# --- db ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def owner(postgres, empty_database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url(OWNER, empty_database)})


@pytest.fixture
def versions(postgres, empty_database):
    def read():
        with postgres.connect(database=empty_database) as connection:
            return connection.execute("SELECT version, dirty FROM public.schema_migrations").fetchall()

    return read


def test_migrating_brings_the_newest_version_and_notes_it_as_golang_migrate_does(
    owner, versions, postgres, empty_database
):
    assert owner.json("db", "version") == {"version": "0", "dirty": "no"}
    owner.run("db", "migrate").ok()
    assert versions() == [(newest(), False)]
    with postgres.connect(database=empty_database) as connection:
        columns = connection.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = 'schema_migrations' ORDER BY ordinal_position"
        ).fetchall()
    assert columns == [("version", "bigint", "NO"), ("dirty", "boolean", "NO")]


def test_migrating_twice_changes_nothing(owner, versions):
    owner.run("db", "migrate").ok()
    again = owner.json("db", "migrate")
    assert again == {"before": str(newest()), "version": str(newest())}
    assert versions() == [(newest(), False)]


def test_two_migrations_at_once_wait_for_each_other(owner, versions):
    command = [str(program("rollcall")), "db", "migrate"]
    started = [subprocess.Popen(command, env=owner.env, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    done = b"".join(process.stderr.read() for process in started)
    assert done.count(b"0001_init.up.sql") == 1
    assert versions() == [(newest(), False)]


def test_a_dirty_version_is_refused_with_what_to_do(owner, postgres, empty_database, versions):
    owner.run("db", "migrate", "--to", "1").ok()
    with postgres.connect(database=empty_database) as connection:
        connection.execute("UPDATE public.schema_migrations SET dirty = true")
    for words in (("migrate",), ("down", "1", "--yes")):
        refused = owner.run("db", *words).ok(1)
        assert "version 1 is dirty" in refused.err and "UPDATE public.schema_migrations" in refused.err
    assert versions() == [(1, True)]


def test_a_step_that_fails_leaves_nothing_behind(owner, versions, tmp_path, postgres, empty_database):
    for name, up in (("0001_one", "CREATE TABLE one ();"), ("0002_two", "CREATE TABLE two (); SELECT 1/0;")):
        (tmp_path / f"{name}.up.sql").write_text(up)
        (tmp_path / f"{name}.down.sql").write_text("SELECT 1;")
    failed = owner.run("db", "migrate", "--dir", tmp_path).ok(1)
    assert "0002_two.up.sql" in failed.err
    assert versions() == [(1, False)]
    with postgres.connect(database=empty_database) as connection:
        assert connection.execute("SELECT to_regclass('public.two')").fetchone() == (None,)


def test_going_down_and_up_again_ends_where_it_began(owner, versions):
    owner.run("db", "migrate").ok()
    owner.run("db", "down", len(list((SCHEMAS / "sql").glob("*.up.sql"))), "--yes").ok()
    assert versions() == []
    assert owner.json("db", "version")["version"] == "0"
    owner.run("db", "migrate").ok()
    assert versions() == [(newest(), False)]


def test_going_down_asks_first(owner, versions):
    owner.run("db", "migrate", "--to", "1").ok()
    assert "--yes" in owner.run("db", "down", "1").ok(2).err
    assert versions() == [(1, False)]


def test_a_dry_run_names_the_steps_and_runs_none(owner):
    shown = owner.run("db", "migrate", "--dry-run").ok()
    assert "would run 0001_init.up.sql" in shown.err
    assert owner.json("db", "version")["version"] == "0"


def test_a_database_that_is_newer_than_the_program_is_left_alone(owner, postgres, empty_database):
    owner.run("db", "migrate", "--to", "1").ok()
    with postgres.connect(database=empty_database) as connection:
        connection.execute("UPDATE public.schema_migrations SET version = 9999")
    assert "newer than this program" in owner.run("db", "migrate").ok(1).err


# --- topics --------------------------------------------------------------------------------------------------------


def declared():
    lines = (SCHEMAS / "topics.csv").read_text().splitlines()
    return [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]


def test_topics_are_made_as_declared_with_the_start_of_every_group_and_again_nothing_changes(kafka):
    cli = Cli({"ROLLCALL_KAFKA_BROKERS": kafka.brokers})
    first = cli.json("topics", "apply")
    assert first["created"] == str(len(declared()))
    assert kafka.topics() == {f"rollcall.{row['name']}.v1": int(row["partitions"]) for row in declared()}
    for row in declared():
        for consumer in row["consumers"].split():
            assert kafka.lag(f"rollcall-{consumer}", [f"rollcall.{row['name']}.v1"]) == 0
    again = cli.json("topics", "apply")
    assert (again["created"], again["changed"], again["unchanged"]) == ("0", "0", str(len(declared())))
    listed = cli.json("topics", "list")
    assert {row["topic"] for row in listed} == set(kafka.topics())
    assert all(row["behind"] in (0, None) for row in listed)


def test_a_dry_run_of_topics_makes_none(kafka):
    cli = Cli({"ROLLCALL_KAFKA_BROKERS": kafka.brokers})
    assert cli.json("topics", "apply", "--dry-run")["created"] == str(len(declared()))
    assert kafka.topics() == {}


def test_topics_without_brokers_fail_and_say_which_option_to_look_at():
    failed = Cli({}).run("topics", "apply", "--set", "kafka.brokers=127.0.0.1:1", seconds=90).ok(1)
    assert "kafka.brokers" in failed.err


# --- districts, members, sources --------------------------------------------------------------------------------------


def test_a_district_gets_a_key_of_its_own_and_a_trace_of_who_made_it(cli, sql):
    made = cli.json("district", "create", "maple-county", "--name", "Maple", "--time-zone", "America/New_York")
    cli.run("district", "create", "oak", "--name", "Oak", "--time-zone", "UTC", "--as", "lee").ok()
    rows = sql("SELECT district_id, hash_key, hash_wrapped FROM district_key").fetchall()
    keys = [seal.unwrap(district, "hash-key", bytes(wrapped)) for district, plain, wrapped in rows if plain is None]
    assert len(set(keys)) == 2 and all(len(key) == 32 for key in keys)
    assert sql("SELECT who, act FROM audit ORDER BY at").fetchall() == [
        ("kim", "district.create"),
        ("lee", "district.create"),
    ]
    assert uuid.UUID(made["district_id"])
    assert [row["district"] for row in cli.json("district", "list")] == ["maple-county", "oak"]


def test_a_district_that_cannot_be_is_refused_in_words(cli, district):
    for words, status, told in (
        (("create", "maple-county", "--name", "x", "--time-zone", "Mars/Olympus"), 2, "Mars/Olympus"),
        (("create", "oak", "--name", "x", "--time-zone", "Europe/Berln"), 2, "Zones are named"),
        (("create", "oak", "--name", "x", "--time-zone", "America/Denve"), 2, "America/Denver"),
        (("create", "Maple County", "--name", "x", "--time-zone", "UTC"), 2, "no slug"),
        (("create", "maple-county", "--name", "x", "--time-zone", "UTC"), 1, "already"),
        (("show", "elm"), 3, "no district"),
        (("create", "oak"), 2, "--name NAME is missing"),
    ):
        assert told in cli.run("district", *words).ok(status).err


def test_a_paused_district_starts_no_run_until_it_is_resumed(cli, district):
    cli.run("district", "pause", district, "--reason", "the SIS moves").ok()
    refused = cli.run("run", "start", "--district", district).ok(1)
    assert "the SIS moves" in refused.err and "district resume" in refused.err
    cli.run("district", "resume", district).ok()
    cli.run("run", "start", "--district", district).ok()


def test_members_are_added_listed_and_removed(cli, district, sql):
    cli.run("member", "add", "-d", district, "--email", "A@x.example", "--role", "owner", "--digest-hour", "6").ok()
    assert "already" in cli.run("member", "add", "-d", district, "--email", "a@X.example", "--role", "viewer").ok(1).err
    (row,) = cli.json("member", "list", "-d", district)
    assert (row["email"], row["role"], row["digest_hour"], row["schools"]) == ("A@x.example", "owner", 6, [])
    cli.run("member", "remove", "-d", district, "--email", "a@x.example").ok()
    assert cli.json("member", "list", "-d", district) == []
    cli.run("member", "remove", "-d", district, "--email", "a@x.example").ok(3)
    trail = json.dumps(sql("SELECT what FROM audit").fetchall())
    assert "x.example" not in trail


def test_a_member_chooses_when_mails_come(cli, district, sql):
    cli.run("member", "add", "-d", district, "--email", "a@x.example", "--role", "owner", "--digest", "weekly").ok()
    assert cli.json("member", "list", "-d", district)[0]["digest"] == "weekly"
    done = cli.json("member", "set", "-d", district, "--email", "A@x.example", "--digest", "daily", "--time-zone", "Asia/Tokyo")
    assert (done["digest"], done["digest_hour"], done["time_zone"]) == ("daily", "7", "Asia/Tokyo")
    cli.run("member", "set", "-d", district, "--email", "a@x.example", "--digest-hour", "0").ok()
    (row,) = cli.json("member", "list", "-d", district)
    assert (row["digest"], row["digest_hour"], row["time_zone"]) == ("daily", 0, "Asia/Tokyo")
    assert sql("SELECT count(*) FROM digest_member").fetchone()[0] == 1
    assert "nothing to set" in cli.run("member", "set", "-d", district, "--email", "a@x.example").ok(2).err
    assert "no time zone" in cli.run("member", "set", "-d", district, "--email", "a@x.example", "--time-zone", "Mars/Base").ok(2).err
    cli.run("member", "set", "-d", district, "--email", "b@x.example", "--digest", "off").ok(3)
    assert "x.example" not in json.dumps(sql("SELECT what FROM audit").fetchall())


def test_a_mail_is_shown_before_it_comes(cli, district, sql):
    cli.run("member", "add", "-d", district, "--email", "a@x.example", "--role", "owner").ok()
    base = ("mail", "preview", "-d", district, "--email", "a@x.example")
    shown = cli.run(*base).ok().out
    assert shown.startswith("Subject: [OK] ") and "You receive this daily digest" in shown
    assert "member list" in cli.run("mail", "preview", "-d", district, "--email", "b@x.example").ok(3).err
    assert "run list" in cli.run(*base, "--run", "latest").ok(3).err
    assert "run list" in cli.run(*base, "--run", "x").ok(2).err
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 0


def test_a_member_with_schools_sees_those(cli, district, sql):
    add_school(sql, "s1", "North High")
    refused = cli.run("member", "add", "-d", district, "--email", "a@x.example", "--role", "school administrator")
    assert "--school" in refused.ok(2).err
    base = ("member", "add", "-d", district, "--email", "a@x.example", "--role", "school administrator")
    assert "North High" in cli.run(*base, "--school", "South High").ok(3).err
    assert cli.json("member", "list", "-d", district) == []
    cli.run(*base, "--school", "north high").ok()
    assert cli.json("member", "list", "-d", district)[0]["schools"] == ["s1"]


def add_school(sql, sourced_id, name):
    sql(
        "INSERT INTO mirror_record (district_id, source_id, collection, sourced_id, body, first_run, last_run)"
        " SELECT district_id, source_id, 'orgs', %s, jsonb_build_object('type', 'school', 'name', %s::text),"
        " uuid7(), uuid7() FROM source",
        sourced_id,
        name,
    )


def test_a_source_keeps_its_secret_to_itself(cli, district, sql, tmp_path, postgres, database):
    def stored():
        rows = sql("SELECT district_id, name, value FROM source_credential").fetchall()
        with postgres.connect(database=database) as connection:
            return {name: seal.open_from(connection, owner, f"credential:{name}", bytes(value)) for owner, name, value in rows}

    assert stored() == {"client_id": b"maple", "client_secret": b"made-up"}
    (tmp_path / "secret").write_text("another\n")
    cli.run("source", "set", "-d", district, "--client-secret-file", tmp_path / "secret").ok()
    assert stored() == {"client_id": b"maple", "client_secret": b"another"}
    said = cli.run("source", "show", "-d", district, "-o", "json").ok().out + cli.run("source", "list", "-d", district).out
    said += json.dumps(sql("SELECT what FROM audit").fetchall())
    assert "another" not in said and "made-up" not in said


def test_a_source_is_set_and_its_next_night_follows(cli, district, sql):
    cli.run("source", "set", "-d", district, "automatic=on", "nightly-at=03:30", "page-size=250").ok()
    shown = cli.json("source", "show", "-d", district)
    assert (shown["automatic"], shown["nightly_at"], shown["page_size"]) == (True, "03:30", 250)
    assert shown["next_due_at"].endswith("T03:30:00Z")
    cli.run("source", "set", "-d", district, "automatic=off").ok()
    assert cli.json("source", "show", "-d", district)["next_due_at"] is None


def test_a_source_has_a_version_and_collections_to_opt_in_to(cli, district, tmp_path):
    (tmp_path / "secret").write_text("made-up\n")
    shown = cli.json("source", "show", "-d", district)
    assert (shown["version"], shown["demographics"], shown["resources"]) == ("1.1", False, False)
    cli.run(
        "source", "add", "-d", district, "--name", "new", "--version", "1.2", "--resources", "--url", "https://x.example",
        "--auth", "oauth2", "--token-url", "https://x.example/oauth2/token?appName=rollcall", "--client-id", "x",
        "--client-secret-file", tmp_path / "secret",
    ).ok()  # fmt: skip
    shown = cli.json("source", "show", "-d", district, "--source", "new")
    assert (shown["version"], shown["demographics"], shown["resources"]) == ("1.2", False, True)
    assert shown["token_url"] == "https://x.example/oauth2/token?appName=rollcall"
    cli.run("source", "set", "-d", district, "--source", "new", "version=1.1", "resources=off", "token-url=https://y.example/t?a=b").ok()
    shown = cli.json("source", "show", "-d", district, "--source", "new")
    assert (shown["version"], shown["resources"], shown["token_url"]) == ("1.1", False, "https://y.example/t?a=b")


def test_a_source_takes_no_nonsense(cli, district):
    for words, told in (
        (("version=1.3",), "1.1 or 1.2"),
        (("resources=perhaps",), "on or off"),
        (("token-url=https://user:pw@host?a=b",), "without user"),
        (("url=https://x.example/?a=b",), "neither ? nor #"),
        (("automatic=perhaps",), "on or off"),
        (("nightly-at=25:00",), "time of day"),
        (("page-size=0",), "page-size"),
        (("automtic=on",), 'did you mean "automatic"'),
        (("url=ftp://x",), "https://"),
        (("url=https://user:pw@host/",), "without user"),
        ((), "NAME=VALUE is missing"),
    ):
        assert told in cli.run("source", "set", "-d", district, *words).ok(2).err


def by_profile(cli, profile, *words, **options):
    return cli.run("source", "add", "-d", "maple-county", "--name", profile, "--profile", profile, "--client-secret-stdin", *words,
                   stdin="made-up\n", **options)  # fmt: skip


def test_a_source_by_its_profile_needs_just_its_fields(cli, district, sql):
    refused = by_profile(cli, "infinite-campus-1.2", "site=https://campus.example/").ok(2).err
    assert "needs: app-name, client-id" in refused and "Digital Learning Applications Configuration" in refused
    by_profile(cli, "infinite-campus-1.2", "site=https://campus.example/", "app-name=maple", "client-id=maple-7").ok()
    shown = cli.json("source", "show", "-d", district, "--source", "infinite-campus-1.2")
    assert (shown["url"], shown["token_url"]) == ("https://campus.example/campus/api", "https://campus.example/campus/oauth2/token?appName=maple")
    assert (shown["profile"], shown["version"], shown["auth"], shown["page_size"]) == ("infinite-campus-1.2", "1.2", "oauth2", 5000)
    assert (shown["parallel"], shown["busy_hours"], shown["honest_deletes"]) == (5, "06:00-18:00", False)
    assert shown["quirks"] == {"client_auth": "query", "filters": ["dateLastModified", "status"], "primary_parent": "all"}

    by_profile(cli, "classlink-proxy", "client-id=MoY%3D", "--page-size", "100").ok()
    shown = cli.json("source", "show", "-d", district, "--source", "classlink-proxy")
    assert (shown["url"], shown["token_url"]) == ("https://oneroster-proxy.classlink.io/MoY%3D", "https://oneroster-proxy.classlink.io/applications")
    assert (shown["auth"], shown["page_size"], shown["quirks"]["discovery"]) == ("bearer", 100, "classlink")

    by_profile(cli, "generic-1.1", "url=https://sis.example", "--auth", "bearer").ok()
    shown = cli.json("source", "show", "-d", district, "--source", "generic-1.1")
    assert (shown["auth"], shown["token_url"]) == ("bearer", None)
    names = sql("SELECT c.name FROM source_credential c JOIN source s USING (source_id) WHERE s.name = 'generic-1.1'").fetchall()
    assert names == [("client_secret",)]


def test_a_source_is_read_by_one_lane_in_its_busy_hours(cli, district, sql):
    def lanes():
        lane = "jsonb_build_object('district_id', district_id, 'source_id', source_id, 'lane', 0, 'step', 0, 'pass', 1)"
        collection = "jsonb_populate_record(NULL::run_collection, '{\"lanes\": 1}')"
        return sql(f"SELECT pass_parallel(jsonb_populate_record(NULL::lane, {lane}), {collection}) FROM source").fetchone()[0]

    cli.run("source", "set", "-d", district, "parallel=5").ok()
    assert lanes() == 5
    sql("UPDATE source SET busy_from = '00:00', busy_until = '24:00'")     # whatever the hour is
    assert lanes() == 1
    sql("UPDATE source SET busy_from = '24:00', busy_until = '00:00'")     # never
    assert lanes() == 5


def test_what_a_profile_needs_is_asked_for_on_a_terminal(cli, district):
    words = ["source", "add", "-d", district, "--name", "b", "--profile", "infinite-campus-1.1", "app-name=maple"]
    answers = [("Address of Campus: ", "https://campus.example"), ("Client ID: ", "id-1"), ("Client secret: ", "s3cret")]
    code, shown = cli.at_terminal(*words, answers=answers, times=2)  # each comes behind the line that explains it
    assert code == 0, shown
    for told in ("Is there a OneRoster connection", "without /campus. For example https", "Client ID:", "Client secret: Beside the client ID"):
        assert told in shown
    assert "appName" not in shown and "s3cret" not in shown
    assert cli.json("source", "show", "-d", district, "--source", "b")["url"] == "https://campus.example/campus/api"


def test_a_source_by_its_profile_takes_no_nonsense(cli, district):
    for profile, words, told in (
        ("aeries", ("client-secret=x",), "does not belong on a command line"),
        ("aeries", ("colour=red",), "no field of the profile aeries"),
        ("aeries", ("site=https://a.example", "client-id=x", "--auth", "bearer"), "does not know --auth bearer"),
        ("aeries", ("site=https://a.example", "client-id=x", "--version", "1.2"), "does not know --version 1.2"),
        ("aeries", ("site=a.example", "client-id=x"), "https://"),
        ("classlink-proxy", ("client-id=a/../b",), "letters, digits"),
    ):
        assert told in by_profile(cli, profile, *words).ok(2).err
    assert "did you mean" in by_profile(cli, "aerys").ok(3).err
    assert "--profile is due" in add_source(cli, "site=https://a.example", name="b").ok(2).err
    assert "nobody asks" in cli.run("source", "add", "-d", district, "--kind", "oneroster-csv", "--profile", "aeries").ok(2).err
    assert len(cli.json("source", "list", "-d", district)) == 1


def test_a_source_is_given_another_profile_and_busy_hours(cli, district, sql):
    def policy():
        return sql("SELECT policy_version FROM district").fetchone()[0]

    before = policy()
    cli.run("source", "set", "-d", district, "profile=ed-fi").ok()
    shown = cli.json("source", "show", "-d", district)
    assert (shown["profile"], shown["quirks"]["person"], shown["url"]) == ("ed-fi", "masterId", "https://sis.example/v1p1")
    assert policy() == before + 1   # whose a row is, is part of what plans read (P1)
    cli.run("source", "set", "-d", district, "busy-hours=22:00-06:00").ok()
    assert cli.json("source", "show", "-d", district)["busy_hours"] == "22:00-06:00"
    assert policy() == before + 1
    hours = {"21:59": False, "22:00": True, "05:59": True, "06:00": False}
    for hour, busy in hours.items():
        assert sql("SELECT source_busy(s, %s) FROM source s", f"2026-10-12T{hour}Z").fetchone() == (busy,)
    cli.run("source", "set", "-d", district, "busy-hours=06:00-18:00").ok()
    assert sql("SELECT source_busy(s, '2026-10-12T12:00Z') FROM source s").fetchone() == (True,)
    cli.run("source", "set", "-d", district, "busy-hours=").ok()
    assert cli.json("source", "show", "-d", district)["busy_hours"] is None
    assert "hours are due" in cli.run("source", "set", "-d", district, "busy-hours=7").ok(2).err
    assert "did you mean" in cli.run("source", "set", "-d", district, "profile=ed-fy").ok(3).err


def test_a_source_of_clever_names_its_district_there(cli, district):
    def add(*words):
        return cli.run("source", "add", "-d", district, "--kind", "clever", "--name", "clever", "--client-secret-stdin", *words, stdin="made-up\n")

    for words, told in (
        ((), "--clever-district is due"),
        (("--clever-district", "maple"), "the id of a district at Clever"),
        (("--clever-district", "5f", "--auth", "oauth2"), "--auth: a source of Clever has none"),
        (("--clever-district", "5f", "--url", "ftp://x"), "https://"),
    ):
        assert told in add(*words).ok(2).err
    add("--clever-district", "4fd43cc56d11340000000005", "--client-id", "rollcall").ok()
    shown = cli.json("source", "show", "-d", district, "--source", "clever")
    assert (shown["kind"], shown["version"], shown["auth"], shown["url"]) == ("clever", "3.1", "clever", "https://api.clever.com")
    assert (shown["token_url"], shown["clever_district"], shown["clever_state"]) == (
        "https://clever.com/oauth/tokens", "4fd43cc56d11340000000005", "new")
    for word, told in (("parallel=2", "has no parallel"), ("events-every=3", "events-every"), ("version=1.2", "has no version"),
                       ("profile=classlink", "has no profile"), ("full-every-days=3", "has no full-every-days")):
        assert told in cli.run("source", "set", "-d", district, "--source", "clever", word).ok(2).err
    cli.run("source", "set", "-d", district, "--source", "clever", "events-every=60").ok()
    assert cli.json("source", "show", "-d", district, "--source", "clever")["events_every"] == 60
    assert "only a source of Clever" in cli.run("source", "set", "-d", district, "--source", "sis", "events-every=60").ok(2).err


def test_a_source_without_a_secret_is_asked_for_and_without_a_terminal_refused(cli, district):
    refused = cli.run(
        "source", "add", "-d", district, "--name", "b", "--url", "https://x.example", "--auth", "oauth1-sha1",
        "--client-id", "x",
    )  # fmt: skip
    assert "--client-secret-file" in refused.ok(2).err


def test_a_removed_source_forgets_its_credentials_and_its_name_is_free(cli, district, sql):
    assert "--yes" in cli.run("source", "remove", "-d", district).ok(2).err
    cli.run("source", "remove", "-d", district, "--yes").ok()
    assert sql("SELECT count(*) FROM source_credential").fetchone() == (0,)
    assert "no source" in cli.run("run", "start", "-d", district).ok(3).err
    add_source(cli).ok()


def test_a_source_is_replaced_by_one_that_was_read_and_not_under_a_run(cli, district, sql):
    add_source(cli, name="new").ok()
    replace = ("source", "replace", "-d", district, "--source", "sis", "--with")
    assert "with itself" in cli.run(*replace, "sis", "--yes").ok(2).err
    assert "no source" in cli.run(*replace, "none", "--yes").ok(3).err
    assert "nothing was read from source new yet" in cli.run(*replace, "new", "--yes").ok(1).err
    sql("UPDATE source SET mirror_version = 1, authority = 2 WHERE name = 'new'")
    cli.run("source", "set", "-d", district, "--source", "sis", "automatic=on", "nightly-at=03:30").ok()
    run = cli.json("run", "start", "-d", district, "--source", "sis")["run"]
    sql("UPDATE source SET active_run = %s WHERE name = 'sis'", run)
    assert f"run {run} of source sis is under way" in cli.run(*replace, "new", "--yes").ok(1).err
    sql("UPDATE source SET active_run = NULL")
    dry = cli.json(*replace, "new", "--dry-run")
    assert (dry["people"], dry["beside"][0]["people_it_would_add"]) == ([], 0)
    before = sql("SELECT policy_version FROM district").fetchone()[0]
    done = cli.json(*replace, "new", "--yes")
    assert (done["left_behind"], sql("SELECT run_id::text FROM run WHERE requested_by = 'kim' ORDER BY requested_at DESC").fetchone()[0]) == ("0", done["run"])
    kept = sql("SELECT name, authority, automatic, to_char(nightly_at, 'HH24:MI') FROM source WHERE removed_at IS NULL").fetchall()
    assert kept == [("new", 1, True, "03:30")]
    assert sql("SELECT policy_version FROM district").fetchone()[0] == before + 1
    assert sql("SELECT count(*) FROM audit WHERE act = 'source.replace' AND who = 'kim'").fetchone() == (1,)


def test_with_several_sources_one_must_be_named(cli, district):
    add_source(cli, name="other").ok()
    assert "--source" in cli.run("run", "start", "-d", district).ok(2).err
    cli.run("run", "start", "-d", district, "--source", "other").ok()


# --- settings ------------------------------------------------------------------------------------------------------------


def setting(cli, name, *words):
    return next(row for row in cli.json("settings", "show", "-d", "maple-county", *words) if row["setting"] == name)


def test_settings_show_their_value_and_where_it_comes_from(cli, district, sql):
    add_school(sql, "s1", "North High")
    assert (setting(cli, "students")["value"], setting(cli, "students")["from"]) == (False, "default")
    cli.run("settings", "set", "-d", district, "students=on", "archive-students=archive", "--yes", "--as", "lee").ok()
    cli.run("settings", "set", "-d", district, "--school", "North High", "students=off").ok()
    shown = setting(cli, "students")
    assert (shown["value"], shown["from"], shown["set_by"]) == (True, "district", "lee")
    there = setting(cli, "students", "--school", "s1")
    assert (there["value"], there["from"], there["set_by"]) == (False, "school", "kim")
    assert setting(cli, "archive-students", "--school", "s1")["from"] == "district"


def test_settings_of_one_command_are_one_version_with_their_history(cli, district, sql):
    cli.run("settings", "set", "-d", district, "students=on", "teachers=on").ok()
    cli.run("settings", "set", "-d", district, "students=on").ok()
    cli.run("settings", "unset", "-d", district, "teachers").ok()
    assert sql("SELECT policy_version FROM district").fetchone() == (3,)
    history = sql("SELECT name, old_value, new_value, policy_version FROM setting_history ORDER BY history_id").fetchall()
    assert history == [("students", None, True, 2), ("teachers", None, True, 2), ("teachers", True, None, 3)]


def test_setting_prints_old_and_new(cli, district, sql):
    add_school(sql, "s1", "North High")
    first = cli.run("settings", "set", "-d", district, "students=on", "schools=North High, South High").ok().out
    assert first.splitlines()[1:] == ["students\toff\ton", "schools\t\tNorth High,South High"]
    cli.run("settings", "set", "-d", district, "--school", "s1", "students=off").ok()
    back = cli.json("settings", "unset", "-d", district, "--school", "s1", "students")
    assert back == [{"setting": "students", "old": False, "new": True}]


def test_one_wrong_setting_changes_none(cli, district, sql):
    refused = cli.run("settings", "set", "-d", district, "students=on", "archive-students=delete")
    assert "keep" in refused.ok(2).err
    assert 'did you mean "students"' in cli.run("settings", "set", "-d", district, "studnts=on").ok(2).err
    assert sql("SELECT count(*) FROM setting").fetchone() == (0,)
    assert sql("SELECT policy_version FROM district").fetchone() == (1,)


def test_a_setting_of_the_whole_district_is_none_of_a_school(cli, district, sql):
    add_school(sql, "s1", "North High")
    for own, name in (("school", "s1"), ("source", "sis")):
        refused = cli.run("settings", "set", "-d", district, f"--{own}", name, "canary-school=s1").ok(2)
        assert f"canary-school has no value for one {own} alone" in refused.err and f"without --{own}" in refused.err


def test_the_settings_say_by_what_they_may_differ(cli, district):
    differ = {row["setting"]: row["may_differ"] or "" for row in cli.json("settings", "show", "-d", district)}
    assert {name: differ[name] for name in ("guardians", "threshold-archive-percent", "class-lists", "last-grades", "role-map", "canary-school", "matching")} == {
        "guardians": "by school and source", "threshold-archive-percent": "by school and source", "class-lists": "by school and source",
        "last-grades": "by school", "role-map": "by source", "canary-school": "", "matching": ""}


def test_a_source_has_values_of_its_own_and_they_are_told_by_its_name(cli, district, sql):
    add_source(cli, name="hr").ok()
    cli.run("settings", "set", "-d", district, "staff=on").ok()
    cli.run("settings", "set", "-d", district, "--source", "hr", "staff=off", "role-map=clerk=staff", "archive-after-days=5").ok()
    own = setting(cli, "staff", "--source", "hr")
    assert (own["value"], own["from"], own["own_elsewhere"]) == (False, "source", 0)
    assert setting(cli, "archive-after-days", "--source", "hr")["value"] == 5
    other = setting(cli, "staff", "--source", "sis")
    assert (other["value"], other["from"], other["own_elsewhere"]) == (True, "district", 1)
    past = cli.json("settings", "history", "-d", district, "staff")
    assert [(row["school"], row["source"], row["new"]) for row in past] == [(None, "hr", False), (None, None, True)]
    cli.run("settings", "unset", "-d", district, "--source", "hr", "staff").ok()
    assert setting(cli, "staff", "--source", "hr")["from"] == "district"
    assert "go not together" in cli.run("settings", "show", "-d", district, "--source", "hr", "--school", "x").ok(2).err


def test_a_chosen_school_that_no_source_shares_is_named(cli, district, sql):
    add_school(sql, "s1", "North High")
    warned = cli.run("settings", "set", "-d", district, "schools=North High, Wst High").ok()
    assert "Wst High" in warned.err and '"North High"' not in warned.err


# --- runs -----------------------------------------------------------------------------------------------------------------


def test_a_run_is_requested_once_and_joined_after(cli, district, sql):
    first = cli.json("run", "start", "-d", district)["run"]
    assert cli.json("run", "start", "-d", district)["run"] == first
    assert sql("SELECT topic, run_id::text FROM outbox").fetchall()[0] == ("run.requested", first)
    (row,) = cli.json("run", "list", "-d", district)
    assert (row["run"], row["state"], row["requested_by"]) == (first, "Scheduled", "kim")
    assert "is no test" in cli.run("run", "start", "-d", district, "--test").ok(1).err


def test_a_run_is_found_by_its_id_alone_or_as_the_newest(cli, district):
    run = cli.json("run", "start", "-d", district)["run"]
    for words in ((run,), ("-d", district), ("--latest", "-d", district)):
        assert cli.json("run", "show", *words)["run"] == run
    cli.run("run", "show", str(uuid.uuid4())).ok(3)
    cli.run("run", "show", "nonsense").ok(2)
    cli.run("run", "show").ok(2)


def test_a_run_is_cancelled_before_its_records_are_stored_and_not_after(cli, district, sql):
    run = cli.json("run", "start", "-d", district)["run"]
    cli.run("run", "cancel", run, "--reason", "wrong settings").ok()
    shown = cli.json("run", "show", run)
    assert (shown["state"], shown["failure"]) == ("Cancelled", "cancelled by kim: wrong settings")
    assert sql("SELECT data ->> 'state' FROM outbox WHERE topic = 'run.finished'").fetchone() == ("Cancelled",)
    cli.run("run", "cancel", run).ok(1)
    late = cli.json("run", "start", "-d", district)["run"]
    sql("UPDATE run SET phase = 'mirrored', state = 'Running' WHERE run_id = %s", late)
    assert "cannot be cancelled" in cli.run("run", "cancel", late).ok(1).err


def test_waiting_ends_with_the_code_of_the_runs_state(cli, district, sql):
    run = cli.json("run", "start", "-d", district)["run"]
    done = ("Completed", "Completed with warnings", "Completed with errors", "On hold")
    for state in (*done, "Paused", "Failed", "Cancelled", "Superseded"):
        sql("UPDATE run SET state = %s, finished_at = now(), phase = 'done' WHERE run_id = %s", state, run)
        waited = cli.run("run", "wait", run, "-o", "json").ok(0 if state in done else 1)
        assert waited.json["state"] == state


def test_waiting_ends_when_its_time_is_over_and_the_run_goes_on(cli, district):
    run = cli.json("run", "start", "-d", district)["run"]
    waited = cli.run("run", "wait", run, "--timeout", "600ms").ok(6)
    assert "goes on" in waited.err and f"run cancel {run}" in waited.err
    assert "waiting for a fetcher" in waited.err
    cli.run("run", "start", "-d", district, "--wait", "--timeout", "1s").ok(6)


def test_an_interrupted_wait_says_so_and_leaves_the_run(cli, district):
    run = cli.json("run", "start", "-d", district)["run"]
    command = [str(program("rollcall")), "run", "wait", run]
    process = subprocess.Popen(command, env=cli.env, stderr=subprocess.PIPE, text=True)
    assert "Scheduled" in process.stderr.readline()
    process.send_signal(2)
    assert process.wait(20) == 130
    assert "goes on" in process.stderr.read()


# --- failures that have codes of their own -------------------------------------------------------------------------------------


def test_who_may_not_sign_in_or_do_it_gets_four(postgres, database):
    unknown = Cli({"ROLLCALL_DATABASE_URL": postgres.url("nobody_known", database)})
    assert "ROLLCALL_DATABASE_URL" in unknown.run("district", "list").ok(4).err
    other = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_normalizer", database)})
    words = ("district", "create", "oak", "--name", "Oak", "--time-zone", "UTC")
    assert "rollcall_cli" in other.run(*words).ok(4).err


def test_a_server_that_is_away_is_told_as_such():
    away = Cli({"ROLLCALL_DATABASE_URL": "postgresql://rollcall_cli@127.0.0.1:1/rollcall"})
    failed = away.run("district", "list").ok(1)
    assert "cannot be reached" in failed.err and "Start PostgreSQL" in failed.err


def test_a_database_without_tables_names_the_command_that_makes_them(postgres, empty_database):
    empty = Cli({"ROLLCALL_DATABASE_URL": postgres.url(OWNER, empty_database)})
    assert "rollcall db migrate" in empty.run("district", "list").ok(1).err


def test_a_wrong_configuration_gets_seventy_eight_with_every_problem():
    failed = Cli({"ROLLCALL_ADMIN_PORT": "many", "ROLLCALL_KAFKA_BROKER": "x"}).run("config", "check").ok(78)
    assert "admin.port" in failed.err and "did you mean ROLLCALL_KAFKA_BROKERS" in failed.err


def test_the_configuration_is_shown_without_secrets():
    env = {"ROLLCALL_DATABASE_URL": "postgresql://someone:hidden@127.0.0.1/x"}
    shown = Cli(env).run("config", "show").ok()
    assert "hidden" not in shown.out and "database.url" in shown.out
    assert Cli(env).json("config", "show")["database.url"] == "***"
    Cli(env).run("config", "check").ok()


def test_wrong_usage_gets_two_and_says_what_was_perhaps_meant():
    assert 'did you mean "district"' in Cli({}).run("distict", "list").ok(2).err
    assert 'did you mean "create"' in Cli({}).run("district", "creat").ok(2).err
    assert 'did you mean "district"' in Cli({}).run("run", "start", "--distric", "x").ok(2).err


# --- answers ----------------------------------------------------------------------------------------------------------------------


def test_a_piped_table_has_tabs_and_quiet_means_quiet(cli, district):
    listed = cli.run("district", "list").ok()
    heading, row = listed.out.splitlines()
    assert heading.split("\t")[:2] == ["DISTRICT", "NAME"] and row.split("\t")[:2] == [district, "Maple County"]
    assert cli.run("run", "start", "-d", district, "-q").ok().err == ""


def test_help_names_the_examples_and_the_exit_codes():
    said = Cli({}).run("run", "start", "--help").ok().out
    assert "examples:" in said and "130 interrupted" in said
    assert Cli({}).run("--version").ok().out.startswith("rollcall ")
    assert str(ROOT) not in Cli({}).run("--help").ok().out


# --- plans --------------------------------------------------------------------------------------------------------------------------


HASH = "0123456789abcdef" * 2


@pytest.fixture
def plan(cli, district, sql):
    """An open plan of a run on hold: six items that wait, of three kinds."""
    run = cli.json("run", "start", "-d", district)["run"]
    sql("UPDATE run SET state = 'On hold', phase = 'planned', finished_at = now() WHERE run_id = %s", run)
    sql("DELETE FROM outbox")
    add_school(sql, "s1", "North High")
    row = sql(
        "INSERT INTO plan (district_id, run_id, source_id, hash, policy_version, planned_on)"
        " SELECT district_id, run_id, source_id, %s, 1, '2026-10-12' FROM run RETURNING plan_id::text, district_id",
        HASH,
    ).fetchone()
    items = [("create", "student", "s1"), ("create", "teacher", "s1"), ("create", "student", "s2")]
    items += [("update", "student", "s1"), ("archive", "student", "s1"), ("archive", "teacher", "s2")]
    for number, (kind, role, school) in enumerate(items, 1):
        sql(
            "INSERT INTO plan_item (district_id, plan_id, item_no, person, key, kind, subject, field, old_value, new_value,"
            " cause, role, school, hold) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'Ada', 'Eva', 'new', %s, %s, 'first sync')",
            row[1], row[0], number, number, f"key-{number}", kind,
            f"r:{uuid.uuid4()}:u{number}" if kind == "create" else f"a:{uuid.uuid4()}",
            "given_name" if kind == "update" else "", role, school,
        )  # fmt: skip
    return {"plan": row[0], "run": run, "district": district}


def decisions(sql):
    return {number: said for number, said in sql("SELECT item_no, decision FROM decided_item").fetchall() if said}


def test_a_plan_shows_counts_and_holds_and_no_values_unless_asked(cli, plan):
    shown = cli.json("plan", "show", "-d", plan["district"])
    assert (shown["plan"], shown["state"], shown["hash"], shown["items"], shown["held"]) == (
        plan["plan"], "open", HASH, 6, 6,
    )  # fmt: skip
    groups = {(row["kind"], row["role"], row["school"]): (row["school_name"], row["items"]) for row in shown["changes"]}
    assert groups["create", "student", "s1"] == ("North High", 1) and len(groups) == 6
    assert shown["holds"] == [
        {"hold": "first sync", "items": 6, "why": "nothing of a source is applied before its first approval"}
    ]
    listed = cli.run("plan", "show", plan["plan"], "--items").ok()
    assert "create an account for record u1" in listed.out and "Ada" not in listed.out and "Eva" not in listed.out
    (item,) = cli.json("plan", "show", "-d", plan["district"], "--item", "4", "--values")["list"]
    assert (item["field"], item["old"], item["new"]) == ("given_name", "Ada", "Eva")
    assert cli.json("plan", "show", "--run", plan["run"])["plan"] == plan["plan"]


def test_approving_reaches_exactly_the_items_that_were_selected(cli, plan, sql):
    words = ("plan", "approve", "-d", plan["district"], "--kind", "create", "--role", "student", "--school", "North High")
    done = cli.json(*words, "--yes", "--reason", "looked right")
    assert (done["items"], done["hash"]) == ("1", HASH)
    assert decisions(sql) == {1: "approved"}
    assert sql("SELECT decided_by, decided_at IS NOT NULL FROM plan_item WHERE item_no = 1").fetchone() == ("kim", True)
    said = sql("SELECT topic, run_id::text, data ->> 'plan' FROM outbox").fetchall()
    assert said == [("plan.decided", plan["run"], plan["plan"])]
    (what,) = sql("SELECT what FROM audit WHERE act = 'plan.approve'").fetchone()
    assert (what["items"], what["hash"], what["reason"]) == (1, HASH, "looked right")


def test_declining_and_approving_by_number(cli, plan, sql):
    cli.run("plan", "decline", "-d", plan["district"], "--item", "5", "--item", "6", "--yes").ok()
    cli.run("plan", "approve", plan["plan"], "--item", "1", "--hash", HASH[:8], "--yes").ok()
    assert decisions(sql) == {1: "approved", 5: "declined", 6: "declined"}
    cli.run("plan", "approve", "-d", plan["district"], "--item", "99", "--yes").ok(3)


def test_another_plan_is_not_approved_by_mistake(cli, plan, sql):
    words = ("plan", "approve", "-d", plan["district"], "--all", "--yes")
    assert "another one" in cli.run(*words, "--hash", "ffffffffffff").ok(1).err
    assert "another one" in cli.run(*words, "--hash", HASH[:3]).ok(1).err
    assert "--all, or some of" in cli.run("plan", "approve", "-d", plan["district"], "--yes").ok(2).err
    assert "no other selection" in cli.run(*words, "--kind", "create").ok(2).err
    assert "Add --yes" in cli.run("plan", "approve", "-d", plan["district"], "--all").ok(2).err
    sql("UPDATE plan SET state = 'test'")
    assert "was a test" in cli.run(*words).ok(1).err
    sql("UPDATE plan SET state = 'applied'")
    assert "no plan of maple-county is open" in cli.run(*words).ok(3).err
    assert decisions(sql) == {}


def waiting(cli, *words):
    command = [str(program("rollcall")), *words]
    return subprocess.Popen(command, env=cli.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def test_waiting_after_an_approval_tells_what_came_of_it(cli, plan, sql):
    process = waiting(cli, "plan", "approve", "-d", plan["district"], "--all", "--yes", "--wait", "-o", "json")
    until(lambda: len(decisions(sql)) == 6)
    sql("UPDATE plan_item SET outcome = CASE WHEN item_no = 6 THEN 'overtaken' ELSE 'applied' END")
    sql("UPDATE plan SET state = 'applied'")
    time.sleep(0.8)
    assert process.poll() is None, "the run is not over yet"
    sql("UPDATE run SET state = 'Completed'")
    out, _ = process.communicate(timeout=30)
    told = json.loads(out)
    assert (process.returncode, told["applied"], told["overtaken"]) == (5, "5", "1")


def test_waiting_after_a_part_approval_ends_when_the_next_plan_stands(cli, plan, sql):
    process = waiting(cli, "plan", "approve", "-d", plan["district"], "--kind", "create", "--yes", "--wait")
    until(lambda: len(decisions(sql)) == 3)
    sql("UPDATE plan_item SET outcome = 'applied' WHERE decision = 'approved'")
    time.sleep(0.8)
    assert process.poll() is None, "the plan is about to be replaced"
    sql("UPDATE plan SET state = 'superseded'")
    sql(
        "INSERT INTO plan SELECT (jsonb_populate_record(p, jsonb_build_object('plan_id', uuid7(), 'state', 'open'))).* FROM plan p;"
        "INSERT INTO plan_item SELECT (jsonb_populate_record(i, jsonb_build_object('plan_id', p.plan_id))).*"
        " FROM plan_item i, plan p WHERE i.outcome IS NULL AND p.state = 'open'"
    )
    assert process.wait(30) == 0 and "3 items approved: 3 applied" in process.stdout.read()
    cli.run("plan", "decline", "-d", plan["district"], "--all", "--yes").ok()


def test_approving_all_is_one_word_about_the_plan_and_an_items_own_decision_goes_before(cli, plan, sql):
    cli.run("plan", "decline", "-d", plan["district"], "--item", "5", "--yes").ok()
    assert sql("SELECT decided_at IS NOT NULL FROM plan").fetchone() == (True,)
    assert cli.json("plan", "approve", "-d", plan["district"], "--all", "--yes")["items"] == "6"
    assert decisions(sql) == dict.fromkeys(range(1, 7), "approved"), "what nobody took up yet is no longer declined"
    assert sql("SELECT count(*) FROM plan_item WHERE decision IS NOT NULL").fetchone() == (0,)
    assert sql("SELECT approved_by, approved_at = decided_at FROM plan").fetchone() == ("kim", False)
    cli.run("plan", "approve", "-d", plan["district"], "--all", "--yes").ok(3)
    assert cli.json("plan", "show", "-d", plan["district"])["held"] == 0
    cli.run("plan", "decline", "-d", plan["district"], "--item", "2", "--yes").ok()
    assert decisions(sql) == {**dict.fromkeys(range(1, 7), "approved"), 2: "declined"}


def test_a_discarded_plan_declines_nothing(cli, plan, sql):
    cli.run("plan", "discard", "-d", plan["district"], "--reason", "the SIS was being restored", "--yes").ok()
    assert sql("SELECT state, closed_at IS NOT NULL FROM plan").fetchone() == ("discarded", True)
    assert decisions(sql) == {}
    assert sql("SELECT topic FROM outbox").fetchall() == [("plan.decided",)]
    cli.run("plan", "discard", "-d", plan["district"], "--reason", "again", "--yes").ok(3)


def test_an_undo_is_a_wish_that_the_reconciler_carries_out(cli, plan, sql):
    cli.run("plan", "undo", "--run", plan["run"], "--yes").ok(3)
    sql(
        "WITH made AS (INSERT INTO account (district_id, given_name) SELECT district_id, 'Eva' FROM plan, generate_series(1, 2) RETURNING account_id)"
        " INSERT INTO history (district_id, run_id, plan_id, kind, account_id, field, old_value, new_value, cause, on_date)"
        " SELECT district_id, run_id, plan_id, 'update', account_id, 'given_name', 'Ada', 'Eva', 'field changed', '2026-10-12'"
        " FROM plan, made"
    )
    listed = cli.run("plan", "history", "--run", plan["run"]).ok()
    assert "given_name" in listed.out and "Ada" not in listed.out
    (first, _) = cli.json("plan", "history", "-d", plan["district"], "--values")
    assert (first["old"], first["new"]) == ("Ada", "Eva")
    cli.run("plan", "undo", "--run", plan["run"], "--item", first["history"], "--yes").ok()
    assert sql("SELECT run_id::text, history_id, requested_by FROM undo").fetchall() == [
        (plan["run"], first["history"], "kim")
    ]
    assert "undo" in sql("SELECT data FROM outbox").fetchone()[0]
    process = waiting(cli, "plan", "undo", "-d", plan["district"], "--yes", "--wait")
    until(lambda: sql("SELECT count(*) FROM undo").fetchone() == (2,))
    sql("UPDATE undo SET done_at = now(), undone = 1, left_alone = 1")
    assert process.wait(30) == 5 and "1 were left alone" in process.stdout.read()


# --- dead letters ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fetching(cli, district, sql):
    """A run that fetches, with the lanes of all collections."""
    run = cli.json("run", "start", "-d", district)["run"]
    (district_id,) = sql("SELECT district_id::text FROM district").fetchone()

    def inside(query, *values):
        with sql("SELECT 1").connection.transaction():
            sql("SELECT set_config('rollcall.district', %s, true)", district_id)
            return sql(query, *values).fetchone()

    assert inside("SELECT run_begin(%s)", run) == (True,)
    sql("DELETE FROM outbox")
    return {"run": run, "district_id": district_id, "inside": inside}


def add_letter(sql, fetching, topic, offset=0, partition=0, page=None, lane=None, error="users[3].email is no text"):
    return sql(
        "INSERT INTO dead_letter (district_id, run_id, page_id, lane_id, collection, topic, partition, kafka_offset, origin_topic,"
        " origin_partition, origin_offset, stage, stage_version, error_class, error)"
        " VALUES (%s, %s, %s, %s, 'users', 'rollcall.dead.letter.v1', %s, %s, %s, 1, (random() * 1e9)::bigint, 'rollcall-normalizer',"
        " '0.1.0', 'reject', %s) RETURNING dead_letter_id::text",
        fetching["district_id"], fetching["run"], page, lane, partition, offset, topic, error,
    ).fetchone()[0]  # fmt: skip


def park_with_page(sql, fetching, page="a1"):
    """Every lane has ended, one page lacks, and the run waits for a person."""
    sql("UPDATE lane SET state = 'sealed'")
    sql(
        "INSERT INTO lane_page (district_id, run_id, collection, pass, lane, place, page_id, digest, cursor, records)"
        " VALUES (%s, %s, 'users', 1, 0, 0, %s, 'd', '0', 10)",
        fetching["district_id"], fetching["run"], page,
    )  # fmt: skip
    letter = add_letter(sql, fetching, "rollcall.page.fetched.v1", page=page)
    assert fetching["inside"]("SELECT run_park(%s)", fetching["run"]) == (True,)
    return letter


def test_dead_letters_are_listed_by_cause_over_all_districts(cli, fetching, sql):
    ids = {add_letter(sql, fetching, "rollcall.page.fetched.v1", n) for n in range(3)}
    add_letter(sql, fetching, "rollcall.page.fetched.v1", 9, error="the page has no \"users\"")
    shown = cli.json("dead-letter", "list")
    assert [row["letters"] for row in shown["causes"]] == [3, 1]
    assert ids < {row["dead_letter"] for row in shown["letters"]}
    assert cli.json("dead-letter", "list", "--state", "discarded") == {"causes": [], "letters": []}
    assert len(cli.json("dead-letter", "list", "--run", fetching["run"])["letters"]) == 4
    cli.run("dead-letter", "list", "--run", "x").ok(2)


def test_a_page_is_replayed_as_it_came_and_its_run_goes_on(cli, fetching, sql, kafka):
    cli.env["ROLLCALL_KAFKA_BROKERS"] = kafka.brokers
    cli.run("topics", "apply").ok()
    letter = park_with_page(sql, fetching)
    headers = {
        "ce_id": "dead:x", "rc_origin_topic": "rollcall.page.fetched.v1", "rc_origin_partition": "1", "rc_origin_offset": "7",
        "rc_origin_key": "a1", "rc_error": "x", "rc_origin.ce_id": "page-a1", "rc_origin.rc_page": "a1",
    }  # fmt: skip
    kafka.produce("rollcall.dead.letter.v1", b"the raw bytes", b"k", headers, partition=0)
    shown = cli.json("dead-letter", "show", letter)
    assert {"header": "rc_origin_key", "value": "a1"} in shown["headers"] and shown["page"] == "a1"
    assert "the raw bytes" not in json.dumps(shown)
    assert cli.json("dead-letter", "replay", letter) == {"replayed": "1", "refused": "0"}
    (again,) = kafka.records("rollcall.page.fetched.v1")
    assert (again.key, again.value, again.headers) == (b"a1", b"the raw bytes", {"ce_id": "page-a1", "rc_page": "a1"})
    assert sql("SELECT state, closed_by FROM dead_letter").fetchone() == ("replayed", "kim")
    assert sql("SELECT state, parked FROM run").fetchone() == ("Running", False)
    sql("INSERT INTO page_ledger SELECT district_id, run_id, 'a1', 'v' FROM run")
    assert "stored meanwhile" in cli.run("dead-letter", "replay", letter).ok(1).err


def test_a_letter_that_retention_took_is_refused_before_anything_moves(cli, fetching, sql, kafka):
    cli.env["ROLLCALL_KAFKA_BROKERS"] = kafka.brokers
    cli.run("topics", "apply").ok()
    letter = park_with_page(sql, fetching)
    assert "gone" in cli.run("dead-letter", "replay", letter).ok(1).err
    assert sql("SELECT state FROM run").fetchone() == ("Paused",)
    assert sql("SELECT state FROM dead_letter").fetchone() == ("open",)


def test_a_failed_lane_is_opened_again(cli, fetching, sql):
    sql("UPDATE lane SET state = 'sealed'")
    (lane,) = sql("UPDATE lane SET state = 'failed' WHERE collection = 'users' RETURNING lane_id::text").fetchone()
    letter = add_letter(sql, fetching, "outbox", lane=lane)
    assert fetching["inside"]("SELECT run_park(%s)", fetching["run"]) == (True,)
    cli.run("dead-letter", "replay", "--all", "--run", fetching["run"], "--yes").ok()
    assert sql("SELECT state, tries FROM lane WHERE lane_id = %s", lane).fetchone() == ("open", 0)
    assert sql("SELECT topic, data ->> 'lane' FROM outbox WHERE topic = 'fetch.requested'").fetchall() == [
        ("fetch.requested", lane)
    ]
    assert "not open any more" in cli.run("dead-letter", "replay", letter).ok(1).err


def test_replaying_what_a_later_run_made_pointless_is_refused_in_words(cli, fetching, sql):
    sql("UPDATE lane SET state = 'sealed'")
    (lane,) = sql("UPDATE lane SET state = 'failed' WHERE collection = 'users' RETURNING lane_id::text").fetchone()
    letter = add_letter(sql, fetching, "outbox", lane=lane)
    fetching["inside"]("SELECT run_park(%s)", fetching["run"])
    sql("UPDATE source SET mirror_version = mirror_version + 1")
    assert "newer records" in cli.run("dead-letter", "replay", letter).ok(1).err
    assert sql("SELECT state FROM dead_letter").fetchone() == ("open",)


def test_a_discarded_page_unseals_its_collection_and_the_run_goes_on(cli, fetching, sql):
    letter = park_with_page(sql, fetching)
    cli.run("dead-letter", "discard", letter, "--reason", "cannot be mended").ok()
    assert sql("SELECT state, closed_reason FROM dead_letter").fetchone() == ("discarded", "cannot be mended")
    assert sql("SELECT sealed FROM run_collection WHERE collection = 'users'").fetchone() == (False,)
    assert sql("SELECT phase FROM run").fetchone() == ("ready",)


def test_several_letters_of_which_one_is_refused_end_partly_done(cli, fetching, sql):
    first = add_letter(sql, fetching, "rollcall.run.finished.v1", 1)
    done = add_letter(sql, fetching, "rollcall.run.finished.v1", 2)
    sql("UPDATE dead_letter SET state = 'closed' WHERE dead_letter_id = %s", done)
    cli.env["ROLLCALL_KAFKA_BROKERS"] = "127.0.0.1:1"
    cli.run("dead-letter", "discard", first, "--reason", "told by hand").ok()
    cli.run("dead-letter", "replay", done).ok(1)
    cli.run("dead-letter", "replay", str(uuid.uuid4())).ok(3)
    cli.run("dead-letter", "replay").ok(2)
    cli.run("dead-letter", "replay", "--all").ok(2)


# --- findings, mails ----------------------------------------------------------------------------------------------------------------------


def test_findings_are_counted_by_rule_and_listed_by_record(cli, fetching, sql):
    sql(
        "INSERT INTO finding (district_id, run_id, collection, sourced_id, field, rule, severity, message)"
        " SELECT district_id, run_id, 'users', 'u' || n, 'email', CASE WHEN n < 4 THEN 'users.email.malformed' ELSE 'users.missing' END,"
        " CASE WHEN n < 4 THEN 'warning' ELSE 'error' END, 'mend it in the SIS' FROM run, generate_series(1, 4) n"
    )
    groups = cli.json("run", "show", fetching["run"])["findings"]
    assert [(row["rule"], row["count"]) for row in groups] == [("users.missing", 1), ("users.email.malformed", 3)]
    listed = cli.json("finding", "list", "-d", "maple-county", "--severity", "warning")
    assert [row["record"] for row in listed] == ["u1", "u2", "u3"]


def test_mails_are_listed_without_addresses(cli, district, sql):
    cli.run("member", "add", "-d", district, "--email", "a@x.example", "--role", "owner").ok()
    sql(
        "INSERT INTO mail (district_id, member_id, local_day, kind, message_id, subject, body_text, body_html)"
        " SELECT district_id, member_id, '2026-10-12', 'result', 'id', '[OK] Maple', 't', 'h' FROM member"
    )
    listed = cli.run("mail", "list", "-d", district, "-o", "json").ok()
    assert listed.json[0]["subject"] == "[OK] Maple" and "a@x.example" not in listed.out
    mail = listed.json[0]["mail"]
    shown = cli.json("mail", "show", mail)
    assert (shown["text"], shown["html"], shown["state"]) == ("t", "h", "planned")
    assert "a@x.example" not in cli.run("mail", "show", mail).ok().out
    assert "on its way already" in cli.run("mail", "resend", mail).ok(1).err
    sql("UPDATE mail SET state = 'refused', ended_at = now(), attempts = 3, message_id = '<old@mail.example>'")
    again = cli.json("mail", "resend", mail)
    assert again["message_id"].endswith("@mail.example>") and again["message_id"] != "<old@mail.example>"
    shown = cli.json("mail", "show", mail)
    assert (shown["state"], shown["attempts"], shown["resent_by"]) == ("planned", 0, "kim")
    sql("UPDATE mail SET state = 'accepted', ended_at = now(), body_text = ''")
    assert "over by its retention" in cli.run("mail", "resend", mail).ok(1).err
    for words in (("mail", "show"), ("mail", "resend")):
        cli.run(*words, "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a06").ok(3)
        assert "the id of a mail is due" in cli.run(*words, "1").ok(2).err
