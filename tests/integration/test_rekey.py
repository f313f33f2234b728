"""Many ids gone and as many new for the same people: proposed as a mapping with a confidence per pair, decided whole or in part, and never
carried out as leaving and coming."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import enrollment, record, school, user

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
    assert kinds(district) == {("link", "re-keyed", "re-keyed")}, "nobody leaves or joins the class, for the account is in it"
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
    assert [(item["cause"], item["hold"]) for item in district.items() if item["subject"] == f"a:{accounts[1]}" and item["kind"] == "archive"] == [("gone", "threshold")]


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


# ---- people whom no rule of the district finds ----

def unknown(number, prefix="", **fields):
    """Nothing is theirs alone."""
    return user(f"{prefix}u{number}", givenName="Ada", **{"familyName": f"Doe{number}", "grades": ["07"], **fields})


def in_classes(*people, classes="c1", prefix=""):
    return school(people, [enrollment(f"{prefix}e{n}-{klass}", person["id"], klass) for n, person in enumerate(people) for klass in classes.split()])


def pairs(cli):
    return {(pair["old"], pair["new"]): (pair["by"], pair["confidence"], pair["hold"]) for pair in cli.json("rekey", "show", "--district", "maple")}


def test_name_grade_school_and_classes_make_a_pair_that_always_waits(district, cli):
    people = (1, 2)
    district.sync(in_classes(*map(unknown, people)))
    district.approve()
    accounts = {number: owner_of(district, f"u{number}") for number in people}
    for days in (1, 3, 1):
        district.sync(in_classes(unknown(1, "N-"), unknown(2), prefix="N-"), days=days)
        district.compare()
    assert pairs(cli) == {("u1", "N-u1"): ("name+grade+school+classes", 80, "re-keyed")}
    assert kinds(district) == {("link", "re-keyed", "re-keyed")} and district.members("c1") >= {"u1", "u2"}, "and nobody has left"
    cli.run("rekey", "approve", "--district", "maple", "u1", "--yes").ok()
    district.decided()
    for days in (1, 3, 1):
        district.sync(in_classes(unknown(1, "N-"), unknown(2), prefix="N-"), days=days)
        district.compare()
    assert district.items() == [] and district.questions() == [] and {1: owner_of(district, "N-u1"), 2: owner_of(district, "u2")} == accounts


def test_what_is_not_that_sure_is_listed_as_a_question_and_no_pair(district, cli):
    district.sync(in_classes(unknown(1), unknown(2)))
    district.approve()
    account = owner_of(district, "u1")
    district.sync(in_classes(unknown(1, "N-"), unknown(2), classes="c2", prefix="N-"), days=1)
    district.compare()
    assert pairs(cli) == {("u1", "N-u1"): ("name+grade+school", 61, "no pair: not sure")} and owner_of(district, "N-u1") is None
    assert cli.run("rekey", "approve", "--district", "maple", "--all", "--yes").status == 3, "there is no pair to approve"
    district.answer(district.questions()[0], True)
    district.sync(in_classes(unknown(1, "N-"), unknown(2), classes="c2", prefix="N-"), days=1)
    assert owner_of(district, "N-u1") == account


def test_one_old_id_and_two_new_ones_are_no_pair(district, cli):
    district.sync(in_classes(unknown(1), unknown(2)))
    district.approve()
    district.sync(in_classes(unknown(1, "N-"), unknown(1, "M-"), unknown(2), prefix="N-"), days=1)
    district.compare()
    assert pairs(cli) == {("u1", new): ("name+grade+school+classes", 80, "no pair: several records") for new in ("N-u1", "M-u1")}
    assert [item["kind"] for item in district.items() if item["kind"] in ("link", "create")] == []


def test_birth_dates_find_a_child_in_another_grade_and_tell_namesakes_apart(district, cli):
    district.admin.execute("UPDATE source SET demographics = true")

    def night(*people, born, days=1):
        district.sync({**in_classes(*people), "demographics": [record(sourced_id, birthDate=date) for sourced_id, date in born.items()]}, days=days)
        district.compare()

    night(unknown(1), unknown(2), born={"u1": "2014-03-02", "u2": "2014-05-01"}, days=0)
    district.approve()
    night(unknown(1, "N-", grades=["08"]), unknown(2, "N-"), unknown(3), born={"N-u1": "2014-03-02", "N-u2": "2014-05-20"})
    assert pairs(cli) == {("u1", "N-u1"): ("name+birth-date+school", 87, "re-keyed")}
    assert owner_of(district, "N-u2") not in (None, owner_of(district, "u2")), "born on another day"
    night(unknown(1, "N-", grades=["08"]), unknown(2, "N-"), unknown(3), born={"N-u1": "2014-03-20", "N-u2": "2014-05-20"})
    assert pairs(cli) == {} and owner_of(district, "N-u1") not in (None, owner_of(district, "u1"))


# ---- where the limit is ----

@pytest.mark.parametrize("percent, waits", [(62, True), (63, False)])
def test_a_share_of_a_role_at_a_school_is_the_limit(district, percent, waits):
    accounts = started(district)
    district.set(threshold_rekeyed_percent=percent)
    rekeyed(district, (1, 2, 3, 4, 5))
    assert (kinds(district) >= {("link", "re-keyed", "re-keyed")}) == waits
    assert ({n: owner_of(district, f"N-u{n}") for n in (1, 2, 3, 4, 5)} == {n: accounts[n] for n in (1, 2, 3, 4, 5)}) != waits


def test_fewer_than_five_never_wait_for_a_share(district):
    started(district)
    district.set(threshold_rekeyed_percent=0)
    rekeyed(district, (1, 2, 3, 4))
    assert district.items() == []


def test_a_schools_own_share_goes_before_the_districts(district):
    started(district)
    district.set(threshold_rekeyed_percent=100)
    district.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, 'school:s1', 'threshold-rekeyed-percent', '20', 'test')", [district.id])
    rekeyed(district)
    assert kinds(district) >= {("link", "re-keyed", "re-keyed")}


def test_where_everything_waits_so_do_a_few_new_ids(district):
    started(district)
    district.set(approval="always")
    rekeyed(district, (1, 2))
    assert {hold for _, _, hold in kinds(district)} == {"always approve"}
