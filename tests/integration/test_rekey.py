"""Many ids gone and as many new for the same people: proposed as a mapping with a confidence per pair, decided whole or in part, and never
carried out as leaving and coming."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user

PEOPLE = range(1, 9)


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, archive_students="archive", existing_people="update")
    yield district
    district.close()


@pytest.fixture
def cli(district, postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database)})


def student(number, prefix="", **fields):
    """Known by number and e-mail; odd ones by e-mail alone."""
    known = {} if number % 2 else {"identifier": f"n-{number}"}
    return user(f"{prefix}u{number}", givenName="Ada", **{"familyName": f"Doe{number}", "email": f"u{number}@example.org", **known, **fields})


def roster(*people, prefix=""):
    """Everybody in the one class."""
    return school(people, [enrollment(f"{prefix}e{n}", person["id"], "c1") for n, person in enumerate(people)])


def started(district):
    district.sync(roster(*map(student, PEOPLE)))
    district.approve()
    assert len(district.members("c1")) == len(PEOPLE)
    return {number: district.account_of(f"u{number}")["account_id"] for number in PEOPLE}


def rekeyed(district, numbers=PEOPLE, days=1):
    return district.sync(roster(*[student(n, "N-" if n in numbers else "") for n in PEOPLE], prefix="N-"), days=days)


def kinds(district):
    return {(item["kind"], item["cause"], item["hold"]) for item in district.items()}


def owner_of(district, sourced_id):
    account = district.account_of(sourced_id)
    return account and account["account_id"]


def test_many_new_ids_wait_as_a_mapping_and_nobody_leaves_or_comes_meanwhile(district, cli):
    started(district)
    for days in (1, 3, 1):
        run = rekeyed(district, days=days)
    district.compare()
    assert kinds(district) == {("link", "re-keyed", "re-keyed"), ("join", "enrolled", "re-keyed")} or kinds(district) == {("link", "re-keyed", "re-keyed")}
    assert district.run_row(run)["state"] == "On hold" and district.run_row(run)["counts"]["holds"]["re-keyed"] >= len(PEOPLE)
    assert len(district.members("c1")) == len(PEOPLE)
    pairs = cli.json("rekey", "show", "--district", "maple")
    assert [(pair["old"], pair["new"]) for pair in pairs if pair["confidence"] == 85] == [(f"u{n}", f"N-u{n}") for n in PEOPLE if n % 2]
    assert [(pair["old"], pair["new"], pair["by"]) for pair in pairs if pair["confidence"] == 95] == [(f"u{n}", f"N-u{n}", "name+number") for n in PEOPLE if n % 2 == 0]


def test_approved_pairs_keep_account_history_and_memberships(district, cli):
    accounts = started(district)
    rekeyed(district)
    cli.run("rekey", "approve", "--district", "maple", "--all", "--yes").ok()
    district.decided()
    assert {n: owner_of(district, f"N-u{n}") for n in PEOPLE} == accounts
    for days in (3, 1):
        assert district.run_row(rekeyed(district, days=days))["state"] == "Completed"
        district.compare()
    assert district.one("SELECT count(*) FROM account WHERE status = 'active'") == len(PEOPLE) == district.one("SELECT count(*) FROM account")
    assert district.one("SELECT count(*) FROM membership") == len(PEOPLE) == district.one("SELECT count(*) FROM membership WHERE ended_on IS NULL")


def test_a_mapping_is_approved_in_part_by_confidence_or_by_pair(district, cli):
    accounts = started(district)
    rekeyed(district)
    cli.run("rekey", "approve", "--district", "maple", "--above", "90", "--yes").ok()
    district.decided()
    assert {n for n in PEOPLE if owner_of(district, f"N-u{n}")} == {2, 4, 6, 8}
    cli.run("rekey", "approve", "--district", "maple", "u1", "N-u3", "--yes").ok()
    district.decided()
    assert {n: owner_of(district, f"N-u{n}") for n in (1, 2, 3, 4, 6, 8)} == {n: accounts[n] for n in (1, 2, 3, 4, 6, 8)}
    rekeyed(district)
    assert {pair["new"] for pair in cli.json("rekey", "show", "--district", "maple")} == {"N-u5", "N-u7"}, "what was held stays held"
    assert cli.run("rekey", "approve", "--district", "maple", "u1", "--yes").status == 3
    assert cli.run("rekey", "approve", "--district", "maple", "--yes").status == 2


def test_a_declined_pair_is_two_people_of_whom_one_came_and_one_left(district, cli):
    accounts = started(district)
    rekeyed(district)
    cli.run("rekey", "decline", "--district", "maple", "N-u1", "--yes").ok()
    cli.run("rekey", "approve", "--district", "maple", "--above", "90", "--yes").ok()
    district.decided()
    rekeyed(district)
    district.compare()
    assert [(item["kind"], item["hold"]) for item in district.items() if item["subject"].endswith("N-u1")] == [("create", "e-mail is taken"), ("join", "e-mail is taken")]
    district.approve([item for item in district.items() if item["subject"].endswith("N-u1")])
    assert owner_of(district, "N-u1") not in (None, accounts[1])
    for days in (3, 1):
        rekeyed(district, days=days)
    assert [item["cause"] for item in district.items() if item["subject"] == f"a:{accounts[1]}" and item["kind"] == "archive"] == ["gone"] \
        or district.account_of("u1")["status"] == "archived"


def test_a_few_new_ids_are_linked_without_asking(district):
    accounts = started(district)
    rekeyed(district, (1, 2, 3))
    district.compare()
    assert district.items() == [] and {n: owner_of(district, f"N-u{n}") for n in (1, 2, 3)} == {n: accounts[n] for n in (1, 2, 3)}
    assert {row["cause"] for row in district.history() if row["kind"] == "link"} == {"re-keyed"}


def test_the_limit_is_a_number_too_and_may_be_lifted(district):
    accounts = started(district)
    district.set(threshold_rekeyed_number=2)
    rekeyed(district, (1, 2, 3))
    assert kinds(district) >= {("link", "re-keyed", "re-keyed")}
    district.set(threshold_rekeyed_number=0, threshold_rekeyed_percent=100)
    district.discard()
    rekeyed(district)
    district.approve()
    assert {n: owner_of(district, f"N-u{n}") for n in PEOPLE} == accounts


def test_guardians_whose_ids_change_are_recognised_without_a_word(district):
    def family(prefix):
        return [*map(student, PEOPLE), *[user(f"{prefix}g{n}", role="guardian", givenName="Pat", familyName=f"Doe{n}", email=f"g{n}@example.org", phone=f"555-010{n}",
                                              agents=[f"u{n}"]) for n in PEOPLE]]
    district.sync(school(family("")))
    district.approve()
    parents = {n: owner_of(district, f"g{n}") for n in PEOPLE}
    district.sync(school(family("N-")), days=1)
    assert district.items() == [] and {n: owner_of(district, f"N-g{n}") for n in PEOPLE} == parents
