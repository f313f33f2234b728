"""One person's sync on demand: the source is asked for that record alone, the plan follows its settings, and nobody counts as gone by it."""

import datetime

import pytest
from support.cli import Cli
from support.paths import ROOT
from with_plans import PlannedDistrict
from with_reconciler import District, enrollment, school, user

ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
NEW_ADA = user("u1", email="ada@example.org", username="ada", middleName="King", modified="2026-09-02T00:00:00Z")
HERS = enrollment("e1", "u1", "c1")


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, **{"existing-people": "update", "archive-students": "archive", "threshold-archive-percent": 100,
                                                      "threshold-change-percent": 100})
    district.sync(school([ADA, BEN], [HERS]))
    district.approve()
    yield district
    district.close()


@pytest.fixture
def cli(postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})


def sync_person(district, cli, *words):
    """The run that the tool starts, up to where the source is asked."""
    run = cli.json("person", "sync", "-d", "maple", *words)["run"]
    district.ready(run)
    assert district.run_row(run)["phase"] == "verifying"
    return run


def said(district, run, **answers):
    """What the source said; the run goes on to its end."""
    District.answer(district, run, **answers)


def test_one_person_is_asked_for_and_changed_and_nobody_else_is_touched(district, cli):
    run = sync_person(district, cli, "ada@example.org")
    assert district.asked(run) == (["u1"], [])
    said(district, run, active=[NEW_ADA])
    row = district.run_row(run)
    assert (row["state"], row["phase"], row["requested_by"]) == ("Completed", "done", "kim")
    assert district.account_of("u1")["middle_name"] == "King"
    assert district.mirror("u2")["present"] and district.members("c1") == {"u1"}
    assert district.one("SELECT active_run FROM source") is None
    assert district.one("SELECT count(*) FROM finding WHERE run_id = %s", run) == 0
    assert district.one("SELECT count(*) FROM source_cursor WHERE run_id = %s", run) == 0
    district.compare()


def test_somebody_new_is_asked_for_by_the_id_and_created(district, cli):
    run = sync_person(district, cli, "u3")
    said(district, run, active=[user("u3", email="cy@example.org")])
    assert district.account_of("u3")["email"] == "cy@example.org"


def test_settings_hold_for_one_person_as_for_all(district, cli):
    district.set(approval="always")
    run = sync_person(district, cli, "u1")
    said(district, run, active=[NEW_ADA])
    assert district.run_row(run)["state"] == "On hold" and district.account_of("u1")["middle_name"] is None
    assert [(item["kind"], item["hold"]) for item in district.items()] == [("update", "always approve")]


def test_who_is_unknown_to_the_source_neither_leaves_nor_begins_to(district, cli):
    for days in (0, 4, 4):
        district.day += datetime.timedelta(days=days)
        run = sync_person(district, cli, "u2")
        said(district, run, unknown=["u2"])
        assert district.run_row(run)["state"].startswith("Completed")
    assert district.mirror("u2")["present"] and district.mirror("u2")["absent_run"] is None
    assert district.account_of("u2")["status"] == "active"


def test_a_whole_sync_after_it_finds_nothing_left_to_do(district, cli):
    run = sync_person(district, cli, "u1")
    said(district, run, active=[NEW_ADA])
    after = district.sync(school([NEW_ADA, BEN], [HERS]), days=1)
    assert district.run_row(after)["state"] == "Completed" and district.items() == []
    assert district.one("SELECT count(*) FROM history WHERE run_id = %s", after) == 0


def test_one_person_makes_no_roster_fresh(district, cli):
    district.admin.execute("UPDATE source SET automatic = true")
    district.admin.execute("UPDATE snapshot SET at = now() - interval '3 days'")
    run = sync_person(district, cli, "u1")
    said(district, run, active=[NEW_ADA])
    attention = district.admin.execute((ROOT / "services/cli/sql/status_attention.sql").read_text()).fetchall()
    assert [row["n"] for row in attention if "without a snapshot" in row["what"]] == [1]


def test_a_source_that_is_busy_was_never_read_or_has_no_such_question_is_named(district, cli):
    def refused(*words):
        return cli.run("person", "sync", "-d", "maple", *words).ok(1).err

    run = sync_person(district, cli, "u1")
    assert "is running" in refused("u2")
    said(district, run, active=[ADA])
    district.admin.execute("UPDATE source SET kind = 'oneroster-csv', base_url = '', auth = 'none'")
    assert "cannot be asked for one person" in refused("u2")
    district.admin.execute("UPDATE source SET kind = 'oneroster-rest', base_url = 'http://sis.invalid', auth = 'oauth2', mirror_version = 0")
    assert "never read" in refused("u2")


def test_a_sync_that_is_paused_is_not_superseded_by_one_for_a_person(district, cli):
    run = district.one("SELECT run_id FROM run")
    district.admin.execute("UPDATE run SET parked = true, state = 'Paused', finished_at = NULL WHERE run_id = %s", [run])
    assert "is paused" in cli.run("person", "sync", "-d", "maple", "u1").ok(1).err
    assert district.one("SELECT count(*) FROM run") == 1
    assert district.one("SELECT person_run(%s, '{u1}', 'somebody')", district.source) is None, "whoever calls it"


def test_a_person_of_two_sources_is_asked_for_where_it_was_said(district, cli):
    district.admin.execute("INSERT INTO source (district_id, name, base_url, auth, authority, mirror_version) VALUES (%s, 'hr', 'http://hr.invalid', 'oauth2', 2, 1)", [district.id])
    account = district.account_of("u1")["account_id"]
    district.admin.execute("INSERT INTO account_link (district_id, source_id, sourced_id, account_id) SELECT district_id, source_id, 'h1', %s FROM source WHERE name = 'hr'", [account])
    assert "2 records" in cli.run("person", "sync", "-d", "maple", "ada").ok(2).err
    assert cli.json("person", "sync", "-d", "maple", "--source", "hr", "ada")["record"] == "h1"
    assert cli.json("person", "sync", "-d", "maple", "--source", "sis", "new-1")["record"] == "new-1"
    assert "no source" in cli.run("person", "sync", "-d", "maple", "--source", "nowhere", "ada").ok(3).err
