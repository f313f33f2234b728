"""A canary school first: approving reaches that school alone, the rest waits until it was compared and is approved by its own word."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import enrollment, record, school, user

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


# ---- nights that nobody approves ----

def on(district, cli):
    """The first sync is over, and nothing waits."""
    district.set(archive_students="archive", archive_after_days=0, existing_people="update")
    sync(district)
    approve(district, cli, "--all")
    approve(district, cli, "--rest")
    assert accounts(district) == {"n1", "n2", "s1", "s2", "s3"} and district.items() == []


def holds(district):
    return {(item["kind"], item["subject"].rpartition(":")[2] if item["subject"].startswith("r:") else item["school"], item["hold"]) for item in district.items()}


def new(name, org):
    return user(name, org=org, email=f"{name}@example.org")


def test_a_night_that_holds_nothing_goes_everywhere(district, cli):
    on(district, cli)
    sync(district, *NORTH, *SOUTH, new("n9", "s1"), new("s9", "s2"), days=1)
    assert district.items() == [] and {"n9", "s9"} <= accounts(district)


def test_while_something_about_many_waits_the_other_schools_wait_for_the_canary(district, cli):
    on(district, cli)
    for days in (1, 1):
        run = sync(district, *NORTH, *SOUTH[:1], new("n9", "s1"), new("s9", "s2"), days=days)
    assert holds(district) == {("archive", "s2", "threshold")} and "s9" in accounts(district), "they came in the night before anything waited"
    run = sync(district, *NORTH, *SOUTH[:1], new("n8", "s1"), new("n9", "s1"), new("s8", "s2"), new("s9", "s2"), days=1)
    assert holds(district) == {("archive", "s2", "threshold"), ("create", "s8", "canary school")} and "n8" in accounts(district)
    assert "canary school" in cli.run("plan", "show", "-d", "maple").ok().out
    assert "--rest" in cli.run("plan", "approve", "-d", "maple", "--all", "--yes").ok(1).err, "the canary school's part went by itself"
    approve(district, cli, "--rest")
    assert district.items() == [] and "s8" in accounts(district) and district.run_row(run)["state"] == "Completed"
    sync(district, *NORTH, *SOUTH[:1], *[new(name, "s2") for name in ("s7", "s8", "s9")], new("n8", "s1"), new("n9", "s1"), days=1)
    assert "s7" in accounts(district) and district.items() == [], "and now it is over"


def test_what_waits_for_the_canary_makes_what_later_nights_bring_wait_too(district, cli):
    on(district, cli)
    for days in (1, 1, 1):
        sync(district, NORTH[0], *SOUTH, new("s9", "s2"), days=days)
    assert holds(district) == {("archive", "s1", "threshold")}
    sync(district, NORTH[0], *SOUTH, new("s8", "s2"), new("s9", "s2"), days=1)
    approve(district, cli, "--all")
    assert holds(district) == {("create", "s8", "canary school")}, "North High is done and can be compared"
    sync(district, NORTH[0], *SOUTH, *[new(name, "s2") for name in ("s7", "s8", "s9")], days=1)
    assert holds(district) == {("create", "s7", "canary school"), ("create", "s8", "canary school")}
    approve(district, cli, "--all")
    assert {"s7", "s8"} <= accounts(district)


def test_one_persons_hold_holds_no_school_up(district, cli):
    on(district, cli)
    sync(district, *NORTH, *SOUTH, user("s9", org="s2", givenName="Eve", email="s1@example.org"), days=1)
    sync(district, *NORTH, *SOUTH, user("s9", org="s2", givenName="Eve", email="s1@example.org"), new("s8", "s2"), days=1)
    assert holds(district) == {("create", "s9", "e-mail is taken")} and "s8" in accounts(district)


def test_without_a_canary_school_what_waited_for_it_goes(district, cli):
    on(district, cli)
    for days in (1, 1):
        sync(district, *NORTH, *SOUTH[:1], days=days)
    sync(district, *NORTH, *SOUTH[:1], new("s8", "s2"), days=1)
    assert ("create", "s8", "canary school") in holds(district)
    district.set(canary_school=[])
    sync(district, *NORTH, *SOUTH[:1], new("s8", "s2"), days=1)
    assert holds(district) == {("archive", "s2", "threshold")} and "s8" in accounts(district)


def test_names_of_lists_wait_with_their_school(district, cli):
    def night(days, *extra):
        people = [*NORTH, *SOUTH, *extra]
        classes = [record("k1", title="North", course="k", school="s1", terms=["t1"], grades=["07"]), record("k2", title="South", course="k", school="s2", terms=["t1"], grades=["07"])]
        district.sync(school(people, [enrollment("e1", "n1", "k1"), enrollment("e2", "s1", "k2")], orgs=ORGS, classes=classes), days=days)
    night(0)
    approve(district, cli, "--all")
    approve(district, cli, "--rest")
    district.set(class_list_name="{class} of {school}", approval="always")
    night(1)
    approve(district, cli, "--all")
    assert {row["title"] for row in district.all("SELECT title FROM user_list")} == {"North of North High", "South"}
    assert canary(cli) == [{"kind": "rename", "intended": 1, "applied": 1, "stand": 1, "overtaken": 0, "left": 0}]
    approve(district, cli, "--rest")
    assert {row["title"] for row in district.all("SELECT title FROM user_list")} == {"North of North High", "South of South High"}
