"""The command line tool against real servers: what it does, what it answers, how it ends."""

import json
import subprocess
import uuid

import pytest

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
    owner.run("db", "down", newest(), "--yes").ok()
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
    keys = sql("SELECT hash_key FROM district_key").fetchall()
    assert len({bytes(key) for (key,) in keys}) == 2 and all(len(key) == 32 for (key,) in keys)
    assert sql("SELECT who, act FROM audit ORDER BY at").fetchall() == [
        ("kim", "district.create"),
        ("lee", "district.create"),
    ]
    assert uuid.UUID(made["district_id"])
    assert [row["district"] for row in cli.json("district", "list")] == ["maple-county", "oak"]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("create", "maple-county", "--name", "x", "--time-zone", "Mars/Olympus"), 2, "Mars/Olympus"),
        (("create", "oak", "--name", "x", "--time-zone", "Europe/Berln"), 2, "Zones are named"),
        (("create", "oak", "--name", "x", "--time-zone", "America/Denve"), 2, "America/Denver"),
        (("create", "Maple County", "--name", "x", "--time-zone", "UTC"), 2, "no slug"),
        (("create", "maple-county", "--name", "x", "--time-zone", "UTC"), 1, "already"),
        (("show", "elm"), 3, "no district"),
        (("create", "oak"), 2, "--name NAME is missing"),
    ],
)
def test_a_district_that_cannot_be_is_refused_in_words(cli, district, words, status, told):
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


def test_a_source_keeps_its_secret_to_itself(cli, district, sql, tmp_path):
    assert sql("SELECT name, convert_from(value, 'UTF8') FROM source_credential ORDER BY name").fetchall() == [
        ("client_id", "maple"),
        ("client_secret", "made-up"),
    ]
    (tmp_path / "secret").write_text("another\n")
    cli.run("source", "set", "-d", district, "--client-secret-file", tmp_path / "secret").ok()
    assert sql("SELECT convert_from(value, 'UTF8') FROM source_credential WHERE name = 'client_secret'").fetchone() == (
        "another",
    )
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("automatic=perhaps",), "on or off"),
        (("nightly-at=25:00",), "time of day"),
        (("page-size=0",), "page-size"),
        (("automtic=on",), 'did you mean "automatic"'),
        (("url=ftp://x",), "https://"),
        (("url=https://user:pw@host/",), "without user"),
        ((), "NAME=VALUE is missing"),
    ],
)
def test_a_source_takes_no_nonsense(cli, district, words, told):
    assert told in cli.run("source", "set", "-d", district, *words).ok(2).err


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
    cli.run("settings", "set", "-d", district, "students=on", "archive-students=archive", "--as", "lee").ok()
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


def test_one_wrong_setting_changes_none(cli, district, sql):
    refused = cli.run("settings", "set", "-d", district, "students=on", "archive-students=delete")
    assert "keep" in refused.ok(2).err
    assert 'did you mean "students"' in cli.run("settings", "set", "-d", district, "studnts=on").ok(2).err
    assert sql("SELECT count(*) FROM setting").fetchone() == (0,)
    assert sql("SELECT policy_version FROM district").fetchone() == (1,)


def test_a_setting_of_the_whole_district_is_none_of_a_school(cli, district, sql):
    add_school(sql, "s1", "North High")
    refused = cli.run("settings", "set", "-d", district, "--school", "s1", "approval=always").ok(2)
    assert "whole district" in refused.err


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


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("Completed", 0),
        ("Completed with warnings", 0),
        ("Completed with errors", 0),
        ("On hold", 0),
        ("Paused", 1),
        ("Failed", 1),
        ("Cancelled", 1),
        ("Superseded", 1),
    ],
)
def test_waiting_ends_with_the_code_of_the_runs_state(cli, district, sql, state, status):
    run = cli.json("run", "start", "-d", district)["run"]
    sql("UPDATE run SET state = %s, finished_at = now(), phase = 'done' WHERE run_id = %s", state, run)
    waited = cli.run("run", "wait", run, "-o", "json").ok(status)
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
