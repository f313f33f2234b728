"""A canary school first: approving reaches that school alone, the rest waits until it was compared and is approved by its own word."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import record, school, user

ORGS = [record("s1", name="North High", type="school"), record("s2", name="South High", type="school")]
NORTH = [user("n1", email="n1@example.org"), user("n2", email="n2@example.org")]
SOUTH = [user(f"s{n}", org="s2", email=f"s{n}@example.org") for n in range(1, 4)]


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, schools=["s1", "s2"], **{"canary-school": ["north high"]})
    yield district
    district.close()


@pytest.fixture
def cli(postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})


def sync(district, *users, days=0):
    return district.sync(school(users or [*NORTH, *SOUTH], orgs=ORGS), days=days)


def approve(district, cli, *words, status=0):
    outcome = cli.run("plan", "approve", "-d", "maple", "--yes", *words).ok(status)
    district.decided()
    return outcome


def accounts(district):
    return {row["sourced_id"] for row in district.all("SELECT sourced_id FROM account_link")}


def canary(cli):
    return cli.json("plan", "show", "-d", "maple")["canary"]


def test_the_canary_school_goes_first_and_the_rest_when_it_was_compared(district, cli):
    run = sync(district)
    assert "not carried out yet" in cli.run("plan", "approve", "-d", "maple", "--rest", "--yes").ok(1).err
    first = approve(district, cli, "--all")
    assert "canary" in first.err and accounts(district) == {"n1", "n2"}
    assert district.run_row(run)["state"] == "On hold"
    assert canary(cli) == [{"kind": "create", "intended": 2, "applied": 2, "stand": 2, "overtaken": 0, "left": 0}]
    assert "--rest" in cli.run("plan", "approve", "-d", "maple", "--all", "--yes").ok(1).err
    assert "--rest" in cli.run("plan", "show", "-d", "maple").ok().err
    approve(district, cli, "--rest")
    assert accounts(district) == {"n1", "n2", "s1", "s2", "s3"} and district.run_row(run)["state"] == "Completed"


def test_what_moved_after_the_canary_was_applied_is_seen_in_its_counts(district, cli):
    sync(district)
    approve(district, cli, "--all")
    district.admin.execute("UPDATE account SET status = 'archived', status_version = status_version + 1, version = version + 1 WHERE account_id = %s",
                           [district.account_of("n1")["account_id"]])
    assert canary(cli)[0]["applied"] == 2 and canary(cli)[0]["stand"] == 1


def test_the_first_sync_is_not_over_with_the_canary_alone(district, cli):
    sync(district)
    approve(district, cli, "--all")
    sync(district, *NORTH, *SOUTH, user("s4", org="s2", email="s4@example.org"), days=1)
    assert {item["hold"] for item in district.items()} == {"first sync"} and accounts(district) == {"n1", "n2"}
    approve(district, cli, "--all")
    assert accounts(district) == {"n1", "n2", "s1", "s2", "s3", "s4"}, "in another run's plan nothing of the canary school is due"
    sync(district, *NORTH, *SOUTH, user("s5", org="s2", email="s5@example.org"), days=1)
    assert "s5" in accounts(district), "now it is over"


def test_a_part_is_a_part_of_the_canary_school(district, cli):
    sync(district)
    assert "goes first" in cli.run("plan", "approve", "-d", "maple", "--school", "South High", "--yes").ok(1).err
    approve(district, cli, "--kind", "create")
    assert accounts(district) == {"n1", "n2"}


def test_a_declined_canary_item_is_done_with(district, cli):
    sync(district)
    district.decide("declined", [item for item in district.items() if item["subject"].endswith(":n2")])
    approve(district, cli, "--all")
    assert accounts(district) == {"n1"}
    approve(district, cli, "--rest")
    assert accounts(district) == {"n1", "s1", "s2", "s3"}


def test_without_a_canary_school_all_is_all(district, cli):
    district.set(canary_school=[])
    sync(district)
    assert "no canary-school is set" in cli.run("plan", "approve", "-d", "maple", "--rest", "--yes").ok(2).err
    assert "canary" not in cli.json("plan", "show", "-d", "maple")
    approve(district, cli, "--all")
    assert accounts(district) == {"n1", "n2", "s1", "s2", "s3"} and district.one("SELECT first_sync FROM source") is False
