"""What the tool says of one person, and what a pin or an exclusion keeps: real plans, runs played by hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.cli import Cli
from support.process import wait_until
from with_plans import PlannedDistrict
from with_reconciler import dropped, school, user

ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
MEG = user("g1", role="guardian", givenName="Meg", email="meg@example.org", phone="555-0100", agents=["u1"])


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, existing_people="update", threshold_change_percent=100)
    yield district
    district.close()


@pytest.fixture
def cli(postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})


@pytest.fixture
def say(cli):
    return lambda noun, verb, *words, **options: cli.run(noun, verb, "--district", "maple", *words, **options)


@pytest.fixture
def ask(cli):
    return lambda noun, verb, *words: cli.json(noun, verb, "--district", "maple", *words)


def started(district, *users):
    district.sync(school(users))
    district.approve()


def test_a_person_is_found_by_name_and_by_every_id(district, ask, say):
    started(district, ADA, BEN, MEG)
    account = str(district.account_of("u1")["account_id"])
    assert [row["person"] for row in ask("person", "find", "ada u1")] == [account]
    assert [row["records"] for row in ask("person", "find", "be")] == ["u2"]
    for sign in "%_":
        assert "nobody begins like that" in say("person", "find", sign).ok(3).err, "a pattern's signs are letters like others"
    assert "Lovelace" not in say("person", "find", "Lovelace").ok(3).err, "a name is said to nobody who reads logs"
    for name in (account, f"a:{account}", "ADA", "ada@example.org", "u1", f"r:{district.source}:u1"):
        assert ask("person", "show", name)["account"] == account
    refused = say("person", "show", "nobody").ok(3)
    assert "nobody in the district" in refused.err and "person explain" in refused.err


def test_what_may_be_several_people_is_asked_back(district, say, ask):
    started(district, ADA, BEN)
    twins = {str(district.account_of(record)["account_id"]) for record in ("u1", "u2")}
    district.admin.execute("UPDATE account SET identifier = '77'")
    refused = say("person", "show", "77").ok(2)
    assert "2 people" in refused.err and all(f"a:{account}" in refused.err for account in twins)
    assert ask("person", "show", "u2")["username"] == "ben"


def test_a_person_is_shown_with_roles_family_and_records(district, ask):
    started(district, ADA, MEG)
    shown = ask("person", "show", "u1")
    assert (shown["status"], shown["access"]) == ("active", False)
    assert [(row["role"], row["school"]) for row in shown["roles"]] == [("student", "School")]
    assert [(row["is"], row["given_name"]) for row in shown["family"]] == [("guardian", "Meg")]
    assert [(row["record"], row["stands"]) for row in shown["records"]] == [("u1", "in the source, and the account follows it")]
    assert [row["is"] for row in ask("person", "show", "g1")["family"]] == ["student"]


def test_history_names_run_field_and_cause(district, ask):
    started(district, ADA)
    run = district.sync(school([user("u1", email="ada.l@example.org", username="ada", modified="2026-09-02T00:00:00Z")]), days=1)
    newest = ask("person", "history", "u1")[0]
    assert (newest["kind"], newest["field"], newest["from"], newest["to"]) == ("update", "email", "ada@example.org", "ada.l@example.org")
    assert newest["run"] == str(run) and newest["cause"] == "field changed"


def test_who_waits_is_explained_by_the_plan(district, ask):
    district.sync(school([ADA]))
    told = ask("person", "explain", "u1")
    assert told["records"][0]["stands"] == "in the source, without an account"
    assert told["roles"] == [{"record": "u1", "states": "student", "at": "School", "becomes": "student", "because": "rostered"}]
    assert [(row["kind"], row["waits_for"]) for row in told["items"]] == [("create", "first sync")]


@pytest.mark.parametrize(
    ("settings", "role", "because"),
    [
        ({"students": False}, "student", "students are not rostered there"),
        ({"schools": []}, "student", "its school is not chosen"),
        ({}, "wizard", "the role map gives it no role"),
    ],
)
def test_who_is_not_rostered_is_explained_by_the_setting(district, ask, settings, role, because):
    district.set(**settings)
    started(district, user("u1", role=role))
    told = ask("person", "explain", "u1")
    assert [row["because"] for row in told["roles"]] == [because]
    assert told["items"] == [] and told["records"][0]["stands"] == "in the source, without an account"


def test_who_is_disabled_is_explained_where_that_is_a_reason(district, ask):
    district.set(disabled_people="archive")
    district.sync(school([user("u1", email="ada@example.org", enabled=False)]))
    assert "disabled" in ask("person", "explain", "u1")["roles"][0]["because"]
    district.set(disabled_people="keep")
    assert ask("person", "explain", "u1")["roles"][0]["because"] == "rostered"


def test_who_went_missing_is_explained_by_the_countdown(district, ask):
    started(district, ADA, BEN)
    district.sync(school([BEN]), days=1)
    assert "missing since" in ask("person", "explain", "u1")["records"][0]["stands"]
    district.sync(school([BEN]), days=4)
    assert "a later complete sync lacked it too" in ask("person", "explain", "u1")["records"][0]["stands"]


def test_a_record_that_was_dropped_is_explained_by_what_was_wrong(district, say, ask):
    started(district, ADA)
    district.sync(school([dropped("u1")]), days=1)
    assert "could not be read" in ask("person", "explain", "u1")["records"][0]["stands"]
    district.admin.execute(
        "INSERT INTO finding (district_id, run_id, collection, sourced_id, field, rule, severity, message) "
        "SELECT %s, run_id, 'users', 'u9', 'role', 'users.role.unknown', 'error', 'no role that is known' FROM run LIMIT 1", [district.id])
    absent = say("person", "explain", "u9", "-o", "json").ok(3)
    assert [row["rule"] for row in absent.json["findings"]] == ["users.role.unknown"]


def test_who_is_in_no_roster_is_explained_by_what_the_sources_said(district, say):
    started(district, ADA)
    absent = say("person", "explain", "u9", "-o", "json").ok(3)
    assert absent.json["sources"][0]["says"] == "its people were read to the end, without this id"
    assert "does not share" in absent.err


def test_a_pinned_field_is_kept_until_the_pin_ends(district, say, ask):
    started(district, ADA)
    say("pin", "add", "u1", "--field", "email", "--reason", "asked by the family").ok()
    assert [(row["field"], row["set_by"]) for row in ask("pin", "list")] == [("email", "kim")]
    assert ask("person", "show", "u1")["pins"][0]["reason"] == "asked by the family"
    changed = user("u1", email="new@example.org", username="ada2", modified="2026-09-02T00:00:00Z")
    district.sync(school([changed]), days=1)
    assert (district.account_of("u1")["email"], district.account_of("u1")["username"]) == ("ada@example.org", "ada2")
    say("pin", "end", "u1", "--field", "email").ok()
    district.sync(school([changed]), days=1)
    assert district.account_of("u1")["email"] == "new@example.org", "nothing but the pin had moved"
    assert "is not pinned" in say("pin", "end", "u1", "--field", "email").ok(3).err


def test_an_excluded_person_is_left_alone_until_the_exclusion_ends(district, say, ask):
    district.sync(school([ADA, BEN]))
    say("exclusion", "add", "u1", "--reason", "a test account of the SIS").ok()
    district.sync(school([ADA, BEN]), days=1)
    district.approve()
    assert district.account_of("u2") and not district.account_of("u1")
    assert "excluded by kim: a test account" in ask("person", "explain", "u1")["records"][0]["stands"]
    assert [row["person"] for row in ask("exclusion", "list")] == [f"r:{district.source}:u1"]
    say("exclusion", "end", "u1").ok()
    district.sync(school([ADA, BEN]), days=1)
    district.approve()
    assert district.account_of("u1")
    district.compare()


@pytest.mark.parametrize("until", ["2020-01-01", "2026-02-30", "tomorrow", "2030-13-01"])
def test_an_end_is_a_date_that_comes(district, say, until):
    started(district, ADA)
    refused = say("pin", "add", "u1", "--field", "email", "--reason", "leave", "--until", until).ok(2)
    assert "a date after today is due" in refused.err
    say("pin", "add", "u1", "--field", "email", "--reason", "leave", "--until", "2099-01-01").ok()


def test_who_said_so_stands_in_the_trail(district, say):
    started(district, ADA)
    say("pin", "add", "u1", "--field", "email", "--reason", "r").ok()
    say("exclusion", "add", "u1", "--reason", "r").ok()
    acts = district.all("SELECT who, act FROM audit WHERE act LIKE 'pin%%' OR act LIKE 'exclusion%%' ORDER BY act")
    assert [tuple(row.values()) for row in acts] == [("kim", "exclusion.add"), ("kim", "pin.add")]


def happened(district):
    """Runs are played within seconds: what was done since the last call was done on the day that is played."""
    for table, column in (("history", "on_date"), ("account_role", "began_on")):     # a day back: midnight may just have passed
        district.admin.execute(f"UPDATE {table} SET {column} = %s WHERE {column} >= current_date - 1", [district.day])
    return str(district.day)


def test_the_directory_is_listed_as_it_was_on_a_day(district, say, ask):
    started(district, ADA, BEN)
    first = happened(district)
    changed = user("u1", email="new@example.org", username="ada", modified="2026-09-02T00:00:00Z")
    run = district.sync(school([changed, BEN, user("u3", username="cy")]), days=1)
    district.approve()
    second = happened(district)
    assert [row["records"] for row in ask("directory", "list")] == ["u1", "u2", "u3"]
    then = {row["records"]: row["email"] for row in ask("directory", "list", "--at", first)}
    assert then == {"u1": "ada@example.org", "u2": "ben@example.org"}
    assert ask("directory", "list", "--at", second)[0]["email"] == "new@example.org"
    district.undo(run)
    assert district.account_of("u1")["email"] == "ada@example.org"
    assert ask("directory", "list", "--at", second)[0]["email"] == "new@example.org", "it was so until it was taken back"
    assert ask("directory", "list", "--status", "archived") != [], "the account that the run had made"
    assert ask("directory", "list", "--role", "teacher") == []
    assert "up to today" in say("directory", "list", "--at", "2026-02-30").ok(2).err


def test_who_was_archived_later_was_active_then(district, ask):
    district.set(archive_students="archive", threshold_archive_percent=100)
    started(district, ADA, BEN)
    before = happened(district)
    for days in (1, 4):
        district.sync(school([BEN]), days=days)
        district.approve()
    status = lambda *at: {row["records"]: row["status"] for row in ask("directory", "list", *at)}
    assert status() == {"u1": "archived", "u2": "active"}
    assert status("--at", before) == {"u1": "active", "u2": "active"}


def has_access(district, sourced_id):
    return district.account_of(sourced_id)["access"]


def test_access_is_given_by_role_school_and_person_and_the_application_is_told(district, say, ask):
    started(district, ADA, BEN, MEG)
    assert not has_access(district, "u1"), "a sync gives access to nobody"
    district.admin.execute("DELETE FROM outbox")
    assert ask("access", "grant", "--role", "student", "--school", "School", "--yes") == {"accounts": "2", "access": "on"}
    assert [has_access(district, who) for who in ("u1", "u2", "g1")] == [True, True, False]
    told = district.all("SELECT key, data FROM outbox WHERE topic = 'roster.changed' ORDER BY key")
    assert [row["key"] for row in told] == sorted(str(district.account_of(who)["account_id"]) for who in ("u1", "u2"))
    assert {(row["data"]["kind"], *row["data"]["fields"]) for row in told} == {("access", "access")}
    ask("access", "revoke", "u1", "--yes")
    assert not has_access(district, "u1") and has_access(district, "u2")
    counts = {row["role"]: (row["with"], row["without"]) for row in ask("access", "list")}
    assert counts["student"] == (1, 1)
    assert "nobody would get access" in say("access", "grant", "u2", "--yes").ok(3).err
    district.compare()


def test_access_waits_for_a_plan_that_is_being_applied(district, say, postgres, database):
    """An apply has told of lists and goes on to accounts: who held accounts meanwhile and asked for the feed's head would stand against it."""
    started(district, ADA, BEN)
    with postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp") as apply, ThreadPoolExecutor(1) as aside:
        with apply.transaction():
            apply.execute("SELECT pg_advisory_xact_lock(hashtextextended('rollcall plan ' || %s::text, 0))", [district.id])
            apply.execute("UPDATE change_head SET position = position WHERE district_id = %s", [district.id])
            granted = aside.submit(say, "access", "grant", "--everybody", "--yes")
            wait_until(lambda: district.one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"),
                       "the command waits", 60)
            apply.execute("UPDATE account SET version = version + 1")
        granted.result(timeout=60).ok()
    assert has_access(district, "u1") and has_access(district, "u2")


def test_access_is_for_somebody_named_in_one_way(district, say):
    started(district, ADA)
    for words in ((), ("u1", "--role", "student"), ("--role", "student", "--everybody")):
        assert "name one person" in say("access", "grant", *words, "--yes").ok(2).err
    assert "Nobody is there to confirm it" in say("access", "grant", "--everybody").ok(2).err
    district.admin.execute("UPDATE account SET status = 'archived'")
    assert "nobody would get access" in say("access", "grant", "--everybody", "--yes").ok(3).err


def test_the_words_for_roles_are_counted_with_what_each_becomes(district, say, ask):
    tess = user("t1", role="aide", email="tess@example.org")
    started(district, ADA, BEN, tess, user("x1", role="wizard"))
    told = {row["role"]: (row["people"], row["at_chosen_schools"], row["becomes"], row["rostered"]) for row in ask("settings", "roles")}
    assert told["student"] == (2, 2, "student", True)
    assert told["wizard"] == (1, 1, None, False)
    assert told["aide"][2:] == ("staff", True)
    say("settings", "set", "role-map=wizard=teacher", "teachers=off").ok()
    assert {row["role"]: (row["becomes"], row["rostered"]) for row in ask("settings", "roles")}["wizard"] == ("teacher", False)


def test_who_changed_a_setting_is_told_with_what_it_was(district, say, ask):
    started(district, ADA)
    say("settings", "set", "archive-students=archive", "--yes").ok()
    say("settings", "set", "--school", "School", "archive-students=keep").ok()
    newest, before = ask("settings", "history", "archive-students")[:2]
    assert (newest["school"], newest["new"], newest["set_by"]) == ("School", "keep", "kim")
    assert (before["school"], before["old"], before["new"]) == (None, None, "archive")
    assert {row["setting"] for row in ask("settings", "history", "--limit", "3")} >= {"archive-students"}


def test_the_check_names_who_follows_no_record_who_differs_and_who_almost_agrees(district, say, ask):
    district.set(existing_people="skip")
    started(district, ADA, MEG)
    district.admin.execute("INSERT INTO account (district_id, given_name, family_name, email, origin) VALUES (%s, 'Hal', 'Hand', 'hal@example.org', 'hand')", [district.id])
    moved = user("g1", role="guardian", givenName="Meg", email="meg@example.org", phone="555-0199", agents=["u1"], modified="2026-09-02T00:00:00Z")
    district.set(teachers=False)
    twin = user("t9", role="teacher", givenName="Meg", familyName="g1", email="meg@example.org", phone="555-0177")
    district.sync(school([ADA, moved, twin]), days=1)
    told = ask("directory", "check")
    assert {row["look_at"]: row["count"] for row in told["counts"]} == {"unlinked": 1, "guardians_differ": 1, "almost_agree": 1}
    assert [row["family_name"] for row in told["unlinked"]] == ["Hand"]
    assert [(row["record"], row["field"], row["here"], row["in_the_sis"], row["pinned"]) for row in told["guardians_differ"]] == [
        ("g1", "phone", "555-0100", "555-0199", False)]
    meg = f"a:{district.account_of('g1')['account_id']}"
    assert told["almost_agree"] == [{"person": f"r:{district.source}:t9", "other": meg, "differs_in": "phone"}]
    assert "Hand" in say("directory", "check").ok().out


def test_updates_and_archives_of_a_role_that_nobody_verified_are_asked_about_once_more(district, say, ask):
    refused = say("settings", "set", "archive-students=archive", "archive-teachers=archive").ok(2)
    assert "verified the sync of students, teachers" in refused.err and "--yes" in refused.err
    assert "students" in say("settings", "set", "existing-people=update").ok(2).err
    said = {row["role"]: (row["verified"], row["by"]) for row in ask("settings", "verify", "--role", "student", "--role", "teacher")}
    assert said["student"] == (True, "kim") and said["staff"] == (False, None)
    say("settings", "set", "archive-students=archive", "archive-teachers=archive").ok()
    say("settings", "set", "threshold-archive-percent=5", "archive-students=keep").ok()
    assert "staff" in say("settings", "set", "archive-staff=archive").ok(2).err
    ask("settings", "verify", "--role", "student", "--withdraw")
    assert "students" in say("settings", "set", "archive-students=archive").ok(2).err
    assert "name the roles" in say("settings", "verify", "--withdraw").ok(2).err
    acts = [row["act"] for row in district.all("SELECT act FROM audit WHERE act LIKE 'settings.%%verify' ORDER BY at")]
    assert acts == ["settings.verify", "settings.unverify"]
