"""A live application is taken over: its accounts come from a file, the first sync recognises everybody, and nobody gets a second account."""

import csv
import io
import uuid

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import school, user


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database)
    yield district
    district.close()


@pytest.fixture
def bring(postgres, database, tmp_path):
    """Imports rows (dicts); further words are options."""
    cli = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})

    def act(rows, *words, ok=0):
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "accounts.csv"
        path.write_text(text.getvalue())
        return cli.run("directory", "import", "--district", "maple", path, *words, "-o", "json").ok(ok).json

    act.cli = cli
    return act


def row(own_id, given, family, **values):
    return {"id": own_id, "given_name": given, "family_name": family, **values}


def accounts(district):
    return {entry["own_id"]: entry for entry in district.all(
        "SELECT i.own_id, a.*, (SELECT array_agg(l.sourced_id ORDER BY l.sourced_id) FROM account_link l WHERE l.account_id = a.account_id) AS records, "
        "(SELECT array_agg(r.role || '@' || r.school_id ORDER BY r.role, r.school_id) FROM account_role r WHERE r.account_id = a.account_id AND r.ended_on IS NULL) AS roles "
        "FROM imported_account i JOIN account a USING (district_id, account_id)")}


LIVE = [
    row("101", "Ada", "Doe", email="ada@maple.example", number="17", roles="student", phone="", students=""),
    row("102", "Ben", "Doe", email="", number="18", roles="student", phone="", students=""),
    row("201", "Tess", "Roe", email="tess@maple.example", number="", roles="teacher@s1", phone="", students=""),
    row("301", "Pat", "Doe", email="", number="", roles="guardian", phone="555-0100", students="101;102"),
]
SIS = [
    user("s-1", givenName="Ada", familyName="Doe", identifier="17", email="a.doe@school.example", agents=["g-1"]),
    user("s-2", givenName="Ben", familyName="Doe", identifier="18", agents=["g-2"]),
    user("t-1", role="teacher", givenName="Tess", familyName="Roe", email="Tess@maple.example"),
    user("g-1", role="guardian", givenName="Pat", familyName="Doe", phone="(555) 0100"),
    user("g-2", role="guardian", givenName="Pat", familyName="Doe", phone="5550100"),
]


def test_the_first_sync_recognises_everybody_and_nobody_gets_a_second_account(district, bring):
    told = bring(LIVE)
    assert (told["created"], told["guardianships"], told["problems"], told["imported"]) == (4, 2, 0, True)
    district.sync(school(SIS))
    assert {item["kind"] for item in district.items()} == {"link"}
    district.approve()
    assert {own: entry["records"] for own, entry in accounts(district).items()} == {
        "101": ["s-1"], "102": ["s-2"], "201": ["t-1"], "301": ["g-1", "g-2"]}
    assert district.one("SELECT count(*) FROM account") == 4
    assert accounts(district)["101"]["email"] == "ada@maple.example", "existing people are recognised, not written (skip)"
    district.sync(school(SIS), days=1)
    assert district.items() == []


def test_once_updates_are_on_the_source_s_values_and_roles_are_written(district, bring):
    bring(LIVE)
    district.sync(school(SIS))
    district.approve()
    district.set(existing_people="update", threshold_change_percent=100)
    district.sync(school(SIS), days=1)
    ada = accounts(district)["101"]
    assert (ada["email"], ada["roles"]) == ("a.doe@school.example", ["student@s1"])


def test_whose_address_is_taken_waits_and_says_so(district, bring):
    bring([row("7", "Eve", "Moe", username="ada", email="eve@maple.example")])
    district.sync(school([user("s-1", username="ADA"), user("s-2", email="eve@maple.example")]))
    assert sorted(item["hold"] for item in district.items()) == ["e-mail is taken", "username is taken"]


def test_a_check_imports_nothing(district, bring):
    told = bring(LIVE, "--check")
    assert (told["imported"], told["created"]) == (False, 4)
    assert district.one("SELECT count(*) FROM account") == 0 and district.one("SELECT count(*) FROM audit WHERE act = 'directory.import'") == 0


def test_one_problem_keeps_all_out_and_is_named_by_line_and_column(district, bring):
    told = bring([row("1", "Ada", "Doe", email="ada", students=""), row("1", "Ben", "Doe", email="", students=""), row("3", "Pat", "Doe", email="", students="1;99")], ok=1)
    assert told["imported"] is False and told["problems"] == 4
    assert [(found["line"], found["column"]) for found in told["problems_found"]] == [(2, "email"), (3, "id"), (4, "students"), (4, "students")]
    assert district.one("SELECT count(*) FROM account") == 0


def test_a_user_name_that_another_account_has_is_a_problem_that_names_the_account(district, bring):
    taken = district.one("INSERT INTO account (district_id, username) VALUES (%s, 'ada') RETURNING account_id", district.id)
    told = bring([row("1", "Ada", "Doe", username="Ada")], ok=1)
    assert str(taken) in told["problems_found"][0]["problem"] and told["problems_found"][0]["column"] == "username"
    assert bring([row(str(taken), "Ada", "Doe", username="Ada")])["unchanged"] == 1, "the same account under its own id is known"


def test_again_changes_only_what_has_changed_in_the_file(district, bring):
    bring(LIVE)
    assert bring(LIVE)["unchanged"] == 4
    district.sync(school(SIS))
    district.approve()
    district.set(existing_people="update", threshold_change_percent=100)
    district.sync(school(SIS), days=1)
    moved = [{**LIVE[0], "phone": "555-0199"}, *LIVE[1:]]
    told = bring(moved)
    assert (told["created"], told["changed"], told["unchanged"], told["guardianships"]) == (0, 1, 3, 0)
    ada = accounts(district)["101"]
    assert (ada["phone"], ada["email"]) == ("555-0199", "a.doe@school.example"), "what a sync wrote is not turned back by an old file"
    change = district.history()[-1]
    assert (change["kind"], change["field"], change["new_value"], change["cause"]) == ("update", "phone", "555-0199", "imported")


def test_an_id_that_is_a_uuid_stays_the_account_s(district, bring):
    own = str(uuid.uuid4())
    bring([row(own, "Ada", "Doe")])
    assert str(accounts(district)[own]["account_id"]) == own
    assert [entry["account"] for entry in bring.cli.json("directory", "ids", "--district", "maple")] == [own]


def test_who_is_made_is_told_kept_in_history_and_found_by_the_own_id(district, bring):
    bring(LIVE)
    events = [row["data"] for row in district.all("SELECT data FROM outbox WHERE topic = 'roster.changed'")]
    assert len(events) == 4 and {event["kind"] for event in events} == {"create"}
    assert [row["position"] for row in district.all("SELECT position FROM change ORDER BY outbox_id")] == [1, 2, 3, 4], "told at once, in the file's order"
    shown = bring.cli.json("person", "show", "--district", "maple", "101")
    assert (shown["given_name"], shown["origin"]) == ("Ada", "hand")
    assert sorted((entry["kind"], entry["cause"]) for entry in bring.cli.json("person", "history", "--district", "maple", "101")) == [
        ("create", "imported"), ("join", "imported")]
    audit = district.one("SELECT what FROM audit WHERE act = 'directory.import'")
    assert audit == {"created": 4, "changed": 0, "unchanged": 0, "guardianship": 2}


def test_a_guardianship_that_comes_later_is_told(district, bring):
    bring([{**entry, "students": ""} for entry in LIVE])
    told = district.one("SELECT max(outbox_id) FROM outbox")
    assert bring(LIVE)["guardianships"] == 2
    known = accounts(district)
    events = district.all("SELECT key, data FROM outbox WHERE topic = 'roster.changed' AND outbox_id > %s", told)
    assert {(event["key"], event["data"]["kind"]) for event in events} == {(str(known[own]["account_id"]), "join") for own in ("101", "102")}
    assert {row["field"] for row in district.history() if row["kind"] == "join"} == {f"guardian:a:{known['301']['account_id']}"}


def test_nobody_who_was_imported_is_archived_by_a_source_that_never_carried_them(district, bring):
    district.set(archive_students="archive", archive_teachers="archive", threshold_archive_percent=100)
    bring([*LIVE, row("900", "Zoe", "Lee", roles="student")])
    district.sync(school(SIS))
    district.approve()
    for _ in range(3):
        district.sync(school(SIS), days=4)
    assert accounts(district)["900"]["status"] == "active"
    assert district.one("SELECT count(*) FROM guardianship WHERE ended_on IS NULL AND origin = 'hand'") == 2


def test_what_the_application_edits_meets_matching(district, bring):
    """An edit through the roster server is one of the directory's values like any other (P8)."""
    bring([row("101", "Ada", "Doe", email="old@maple.example")])
    application = district.one("INSERT INTO application (name, made_by) VALUES ('lms', 'test') RETURNING application_id")
    account = accounts(district)["101"]["account_id"]
    ada = user("s-1", givenName="Ada", familyName="Doe", email="new@maple.example")
    district.sync(school([ada]))
    assert [item["kind"] for item in district.items()] == ["create"]
    district.one("SELECT application_edit(%s, %s, '{\"email\": \"new@maple.example\"}')", application, account)
    district.sync(school([ada]), days=1)
    assert [(item["kind"], item["new_value"]) for item in district.items()] == [("link", f"a:{account}")]
