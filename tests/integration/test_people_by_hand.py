"""People added by hand, and a first sync that makes people beside those whom the application had."""

import datetime

import pytest
from with_acts import district, hands  # noqa: F401
from with_reconciler import school, user

ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
MEG = user("g1", role="guardian", givenName="Meg", email="meg@example.org", phone="555-0100", agents=["u1"])
TESS = user("t1", role="teacher", givenName="Tess", email="tess@example.org")
NOBODY = school([])


def existing(district, given, family, **fields):
    names = ["district_id", "given_name", "family_name", "created_at", *fields]
    return str(district.one(f"INSERT INTO account ({', '.join(names)}) VALUES (%s, %s, %s, '2020-01-01'{', %s' * len(fields)}) RETURNING account_id",
                            district.id, given, family, *fields.values()))


def accounts(district):
    return district.one("SELECT count(*) FROM account")


def add(district, hands, given, family, *words):
    answer = hands.ask("person", "add", "--school", "School", "--given-name", given, "--family-name", family, "--reason", "substitute", *words)
    assert district.decided()[0] == "ok"
    return answer


# ---- added by hand ----


def test_who_was_added_is_there_with_who_and_why(district, hands):
    district.sync(school([ADA]))
    district.approve()
    answer = add(district, hands, "Tess", "t1", "--role", "teacher", "--email", "tess@example.org", "--until", "2099-01-07")
    shown = hands.ask("person", "show", "tess@example.org")
    assert (shown["account"], shown["origin"], shown["status"]) == (answer["account"], "hand", "active")
    assert [(row["role"], row["school_id"]) for row in shown["roles"]] == [("teacher", "s1")]
    row, = hands.ask("person", "added")
    assert (row["account"], row["reason"], row["set_by"], row["until"], row["over"]) == (answer["account"], "substitute", "kim", "2099-01-07", False)
    assert "has this e-mail" in hands.say("person", "add", "--school", "s1", "--role", "staff", "--given-name", "A", "--family-name", "B", "--reason", "x",
                                          "--email", "TESS@example.org").ok(1).err
    assert [act["kind"] for act in hands.ask("act", "list")] == ["add"]


def test_a_record_that_is_theirs_joins_them_and_nobody_is_made_twice(district, hands):
    district.sync(school([ADA]))
    district.approve()
    account = add(district, hands, "Tess", "t1", "--role", "teacher", "--email", "tess@example.org")["account"]
    before = accounts(district)
    district.sync(school([ADA, TESS]), days=1)
    district.approve()
    district.compare()
    assert str(district.account_of("t1")["account_id"]) == account and accounts(district) == before


def test_no_source_archives_whom_it_never_carried(district, hands):
    district.set(archive_teachers="archive", archive_students="archive")
    district.sync(school([ADA]))
    district.approve()
    add(district, hands, "Tess", "t1", "--role", "teacher")
    for days in (1, 4, 8):
        district.sync(school([ADA]), days=days)
        district.approve()
        district.compare()
    assert hands.ask("person", "added")[0]["status"] == "active"


@pytest.mark.parametrize("carried", [False, True])
def test_when_their_time_is_over_they_are_archived_unless_a_source_has_brought_them(district, hands, carried):
    district.sync(school([ADA]))
    district.approve()
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    add(district, hands, "Tess", "t1", "--role", "teacher", "--email", "tess@example.org", "--until", str(tomorrow))
    people = [ADA, TESS] if carried else [ADA]
    district.sync(school(people), days=1)
    district.approve()
    assert hands.ask("person", "added")[0]["status"] == "active"
    district.admin.execute("UPDATE hand_person SET until = '2026-09-01'")
    district.admin.execute("UPDATE settled_account SET due_on = '2026-09-01' WHERE due_on IS NOT NULL OR account_id IN (SELECT account_id FROM hand_person)")
    district.sync(school(people), days=2)
    district.approve()
    district.compare()
    row, = hands.ask("person", "added")
    assert (row["status"], row["over"]) == ("active" if carried else "archived", True)
    if not carried:
        assert district.history()[-1]["cause"] == "added by hand until then"


def test_an_addition_taken_back_is_archived(district, hands):
    district.sync(school([ADA]))
    district.approve()
    answer = add(district, hands, "Tess", "t1", "--role", "teacher")
    hands.ask("act", "undo", answer["act"], "--yes")
    district.decided()
    assert hands.ask("person", "show", answer["account"])["status"] == "archived"
    assert accounts(district) == 2, "nothing is deleted"


# ---- the first sync ----


@pytest.mark.parametrize(("setting", "joined"), [("match-and-skip", True), ("create-beside", False)])
def test_students_whom_the_application_had_are_matched_or_left_untouched(district, hands, setting, joined):
    district.set(first_sync=setting)
    old = existing(district, "Ada", "u1", identifier="77")
    district.sync(school([user("u1", email="ada@example.org", username="ada", identifier="77")]))
    district.approve()
    district.compare()
    assert (str(district.account_of("u1")["account_id"]) == old) is joined
    assert accounts(district) == (1 if joined else 2)


def test_beside_nobody_is_matched_later_either_until_a_person_merges_them(district, hands):
    district.set(first_sync="create-beside")
    old, other = existing(district, "Ada", "u1", identifier="77"), existing(district, "Cy", "u3", identifier="99")
    version = district.one("SELECT version FROM account WHERE account_id = %s", old)
    ada, cy = user("u1", username="ada", identifier="77"), user("u3", givenName="Cy", username="cy", identifier="99")
    district.sync(school([ada, BEN]))
    district.approve()
    new = str(district.account_of("u1")["account_id"])
    assert district.one("SELECT version FROM account WHERE account_id = %s AND beside", old) > version
    district.sync(school([ada, BEN, cy]), days=1)
    district.approve()
    district.compare()
    assert str(district.account_of("u3")["account_id"]) != other and str(district.account_of("u1")["account_id"]) == new
    hands.ask("merge", "suggest")
    assert {(row["stays"], row["confidence"]) for row in hands.ask("merge", "list")} == {(old, 90), (other, 90)}
    hands.ask("merge", "accept-above", "80")
    hands.approve(hands.ask("merge", "apply", "--reason", "first sync"))
    district.sync(school([ada, BEN, cy]), days=2)
    district.compare()
    assert {str(district.account_of(who)["account_id"]) for who in ("u1", "u3")} == {old, other} and district.items() == []


def test_beside_a_create_whose_user_name_is_taken_is_held_and_says_so(district, hands):
    district.set(first_sync="create-beside")
    existing(district, "Ada", "u1", username="ada")
    district.sync(school([ADA, BEN]))
    holds = {item["subject"].rsplit(":", 1)[1]: item["hold"] for item in district.items()}
    assert holds == {"u1": "username is taken", "u2": "first sync"}


def test_beside_staff_and_people_added_by_hand_are_matched_as_ever(district, hands):
    district.set(first_sync="create-beside")
    tess = existing(district, "Tess", "t1", email="tess@example.org")
    district.sync(school([BEN]))
    ada = add(district, hands, "Ada", "u1", "--role", "student", "--email", "ada@example.org")["account"]
    district.sync(school([ADA, BEN, TESS]), days=1)
    district.approve()
    district.compare()
    assert str(district.account_of("t1")["account_id"]) == tess and str(district.account_of("u1")["account_id"]) == ada


def test_guardians_whose_details_were_corrected_first_keep_the_old_account(district, hands):
    """Of two guardians the application had, with the e-mail of before, one was corrected."""
    district.set(first_sync="create-beside")
    corrected, forgotten = existing(district, "Meg", "g1", email="old@example.org"), existing(district, "Pat", "g2", email="past@example.org")
    hands.do("edit", rows=["account,email,phone", f"{corrected},meg@example.org,555-0100"])
    pat = user("g2", role="guardian", givenName="Pat", email="pat@example.org", agents=["u1"])
    district.sync(school([ADA, BEN, MEG, pat]))
    district.approve()
    district.compare()
    assert str(district.account_of("g1")["account_id"]) == corrected and str(district.account_of("g2")["account_id"]) != forgotten
    assert district.guardians("u1") == {"g1", "g2"}
    hands.ask("merge", "suggest")
    assert [(row["stays"], row["reasons"]) for row in hands.ask("merge", "list")] == [(forgotten, "same name")]


def test_who_was_archived_is_still_suggested_and_comes_back_when_merged(district, hands):
    old = existing(district, "Ada", "u1", identifier="77", status="archived", beside=True)
    ada = user("u1", identifier="77")
    district.sync(school([ada]))
    district.approve()
    hands.ask("merge", "suggest")
    hands.ask("merge", "accept-above", "80")
    hands.approve(hands.ask("merge", "apply", "--reason", "first sync"))
    district.sync(school([ada]), days=1)
    district.approve()
    district.compare()
    account = district.account_of("u1")
    assert (str(account["account_id"]), account["status"]) == (old, "active")
