"""Whom a person must say about: the review list, answers and what they do to plans. Real plans, runs played by hand."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import school, user

PERHAPS = ["name+number=95", "email=60"]  # an e-mail alone is a question


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, matching=PERHAPS)
    district.sync(school([]))
    district.admin.execute("UPDATE source SET first_sync = false")
    yield district
    district.close()


@pytest.fixture
def cli(postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})


@pytest.fixture
def say(cli):
    return lambda noun, verb, *words: cli.run(noun, verb, "--district", "maple", *words)


@pytest.fixture
def ask(cli):
    return lambda noun, verb, *words: cli.json(noun, verb, "--district", "maple", *words)


def put(district, given, family, **values):
    """An account that the application had before."""
    columns = {"given_name": given, "family_name": family, **values}
    return str(district.one(
        f"INSERT INTO account (district_id, origin, {', '.join(columns)}) VALUES (%s, 'hand', {', '.join(['%s'] * len(columns))}) RETURNING account_id",
        district.id, *columns.values()))


def tess(sourced_id="t1", **fields):
    return user(sourced_id, role="teacher", **{"givenName": "Tess", "familyName": "Doe", "email": "tess@example.org", **fields})


def night(district, *users, days=1, **how):
    return district.sync(school(list(users)), days=days, **how)


def account_of(district, record):
    row = district.account_of(record)
    return str(row["account_id"]) if row else None


def test_what_is_not_sure_waits_on_the_list_and_makes_nobody(district, ask):
    theresa = put(district, "Theresa", "Doe", email="Tess@example.org")
    night(district, tess())
    assert district.items() == [] and account_of(district, "t1") is None
    assert [(row["record"], row["account"], row["why"], row["rule"], row["confidence"]) for row in ask("match", "list")] == [
        ("t1", theresa, "not sure", "email", 60)]
    assert "Tess" not in str(ask("match", "list"))
    named = ask("match", "list", "--values")[0]
    assert (named["given_name"], named["email"], named["known_as"]) == ("Tess", "tess@example.org", "Theresa Doe <Tess@example.org>")
    told = ask("person", "explain", "t1")
    assert told["records"][0]["stands"].startswith("in the source, ambiguous")
    assert [(row["match"], row["account"]) for row in told["matching"]] == [("asked", theresa)]


def test_yes_links_with_the_next_sync_and_history_says_by_what(district, ask, say):
    theresa = put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    assert "The next sync goes by it" in say("match", "accept", "t1").ok().out
    assert ask("match", "list") == []
    night(district, tess())
    assert account_of(district, "t1") == theresa
    assert [(row["kind"], row["cause"]) for row in ask("person", "history", "t1")] == [("link", "matched by answer, 100")]
    assert [(row["answer"], row["by"], row["linked"]) for row in ask("match", "list", "--answered")] == [("accepted", "kim", True)]
    audit = district.all("SELECT who, act, what FROM audit WHERE act LIKE 'match.%%'")
    assert [(row["who"], row["act"], row["what"]["account"]) for row in audit] == [("kim", "match.accept", theresa)]


def test_no_makes_an_account_of_its_own_which_waits_where_the_address_is_taken(district, say):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    say("match", "decline", "t1").ok()
    night(district, tess())
    assert [(item["kind"], item["hold"]) for item in district.items()] == [("create", "e-mail is taken")]
    district.approve()
    assert account_of(district, "t1") is not None and district.questions() == []


def test_an_answer_is_void_once_what_it_rests_on_has_changed(district, say):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    say("match", "decline", "t1").ok()
    night(district, tess(middleName="M", modified="2026-09-02T00:00:00Z"))
    assert district.questions() == [], "a middle name is no value that people are found by"
    night(district, tess(givenName="Tessa", modified="2026-09-03T00:00:00Z"))
    assert [row["why"] for row in district.questions()] == ["not sure"]


def test_an_answer_taken_back_is_asked_again(district, say):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    say("match", "accept", "t1").ok()
    say("match", "withdraw", "t1").ok()
    night(district, tess())
    assert account_of(district, "t1") is None and len(district.questions()) == 1
    assert "no answer about record" in say("match", "withdraw", "t1").ok(3).err


def test_several_accounts_are_named_and_one_is_chosen(district, say):
    first, second = (put(district, "Tess", "Doe", identifier="17") for _ in range(2))
    night(district, tess(identifier="17", email=""))
    assert [row["why"] for row in district.questions()] == ["several accounts"] * 2
    refused = say("match", "accept", "t1").ok(2)
    assert first in refused.err and second in refused.err
    say("match", "accept", "t1", "--account", second).ok()
    night(district, tess(identifier="17", email=""))
    assert account_of(district, "t1") == second and district.questions() == []


def test_none_of_several_is_said_at_once(district, say):
    for _ in range(2):
        put(district, "Tess", "Doe", identifier="17")
    night(district, tess(identifier="17", email=""))
    say("match", "decline", "t1", "--all", "--yes").ok()
    night(district, tess(identifier="17", email=""))
    assert account_of(district, "t1") is not None
    assert district.one("SELECT count(*) FROM account") == 3


def test_many_are_accepted_above_a_confidence_but_none_that_is_claimed_twice(district, say):
    accounts = {name: put(district, f"{name}a", "Doe", email=f"{name}@example.org") for name in ("amy", "bea")}
    put(district, "Cyd", "Doe", email="cy@example.org")
    roster = [tess("t1", givenName="Amy", email="amy@example.org"), tess("t2", givenName="Bea", email="bea@example.org"),
              user("u1", givenName="Cy", familyName="Doe", email="cy@example.org"), user("u2", givenName="Cy", familyName="Roe", email="cy@example.org")]
    night(district, *roster)
    assert "from 61 on" in say("match", "accept", "--from", "61").ok(3).err
    assert "--yes" in say("match", "accept", "--from", "60").ok(2).err
    say("match", "accept", "--from", "60", "--yes").ok()
    night(district, *roster)
    assert (account_of(district, "t1"), account_of(district, "t2")) == (accounts["amy"], accounts["bea"])
    assert {row["sourced_id"] for row in district.questions()} == {"u1", "u2"}


def test_what_was_linked_by_an_answer_can_be_undone_and_stays_away(district, say):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    say("match", "accept", "t1").ok()
    run = night(district, tess())
    district.undo(run)
    night(district, tess())
    assert account_of(district, "t1") is None and district.items() == []


def test_nobody_who_is_asked_about_is_archived_meanwhile(district, say):
    district.set(archive_teachers="archive", threshold_archive_percent=100)
    others = [user(f"s{number}", email=f"s{number}@example.org") for number in range(9)]
    night(district, tess(), *others)
    mine = account_of(district, "t1")
    for _ in range(2):
        night(district, tess("t9", givenName="Theresa"), *others, days=4)
    assert district.mirror("t1")["gone"] == 2
    assert district.account_of("t1")["status"] == "active"
    assert [(row["sourced_id"], str(row["account_id"])) for row in district.questions()] == [("t9", mine)]
    say("match", "accept", "t9").ok()
    night(district, tess("t9", givenName="Theresa"), *others)
    assert account_of(district, "t9") == mine and district.account_of("t9")["status"] == "active"


def test_a_test_sync_asks_nothing(district):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess(), test=True)
    assert district.questions() == []


GUARDIAN = dict(role="guardian", givenName="Pat", familyName="Roe", email="pat@example.org", phone="555-0100")
CHILDREN = [user("u1", email="ada@example.org", agents=["g1"]), user("u2", email="ben@example.org", agents=["g2"])]


def test_a_guardian_with_a_record_per_child_is_one_account_that_is_asked_about_once_they_differ(district, say, ask):
    district.set(matching=["name+number=95", "name+email+phone=80"])
    night(district, *CHILDREN, user("g1", **GUARDIAN), user("g2", **GUARDIAN))
    both = account_of(district, "g1")
    assert account_of(district, "g2") == both and district.questions() == []
    moved = user("g2", **{**GUARDIAN, "phone": "555-0199"}, modified="2026-09-02T00:00:00Z")
    night(district, *CHILDREN, user("g1", **GUARDIAN), moved)
    assert account_of(district, "g2") == both, "the account keeps both until somebody says otherwise"
    assert [(row["sourced_id"], row["why"]) for row in district.questions()] == [("g2", "no longer agree")]
    told = district.one("SELECT max(outbox_id) FROM outbox")
    assert "follows that record no more" in say("match", "decline", "g2").ok().out
    parted = district.all("SELECT key, data FROM outbox WHERE topic = 'roster.changed' AND outbox_id > %s", told)
    assert [(event["key"], event["data"]["kind"]) for event in parted] == [(str(both), "update")]
    night(district, *CHILDREN, user("g1", **GUARDIAN), moved)
    district.approve()
    assert account_of(district, "g1") == both and account_of(district, "g2") not in (None, both)
    assert district.guardians("u1") == {"g1"} and district.guardians("u2") == {"g2"}
    assert "unlink" in {row["kind"] for row in ask("person", "history", "g1")}


def test_records_that_a_person_says_are_one_stay_so_and_are_asked_about_no_more(district, say):
    district.set(matching=["name+number=95", "name+email+phone=80"])
    night(district, *CHILDREN, user("g1", **GUARDIAN), user("g2", **GUARDIAN))
    moved = user("g2", **{**GUARDIAN, "phone": "555-0199"}, modified="2026-09-02T00:00:00Z")
    night(district, *CHILDREN, user("g1", **GUARDIAN), moved)
    say("match", "accept", "g2").ok()
    night(district, *CHILDREN, user("g1", **GUARDIAN), moved)
    assert account_of(district, "g2") == account_of(district, "g1") and district.questions() == []


def test_records_that_come_to_agree_become_one_account(district):
    night(district, *CHILDREN, user("g1", **GUARDIAN))
    pat = account_of(district, "g1")
    night(district, *CHILDREN, user("g1", **GUARDIAN), user("g2", **{**GUARDIAN, "email": "", "phone": ""}))
    assert account_of(district, "g2") not in (None, pat), "namesakes without e-mail and phone never join"


def test_a_second_child_s_record_of_a_known_guardian_follows_the_account(district):
    district.set(matching=["name+email+phone=80"])
    phone_only = {**GUARDIAN, "email": ""}
    night(district, CHILDREN[0], user("g1", **phone_only))
    pat = account_of(district, "g1")
    night(district, *CHILDREN, user("g1", **phone_only), user("g2", **phone_only))
    assert account_of(district, "g2") == pat
    assert district.guardians("u2") >= {"g2"}


def almost(ask):
    return {(row["person"], row["other"]): row["differs_in"] for row in ask("directory", "check")["almost_agree"]}


def test_who_differs_in_one_field_is_named_across_sources_and_accounts(district, ask, say):
    district.set(matching=["name+number=95"])
    second = district.one("INSERT INTO source (district_id, name, base_url, auth, verify, first_sync) VALUES (%s, 'second', 'http://two.invalid', 'oauth2', false, false) "
                          "RETURNING source_id", district.id)
    first, district.source = district.source, district.source
    night(district, tess(email="tess@example.org", phone="555-0100"))
    district.source = second
    night(district, tess("x1", givenName="Theresa", phone="5550100"), tess("x2", givenName="Una", email="una@example.org", phone="1"))
    district.source = first
    district.decided()
    nodes = {sourced_id: f"a:{account_of(district, sourced_id)}" if account_of(district, sourced_id) else f"r:{second}:{sourced_id}" for sourced_id in ("t1", "x1")}
    assert almost(ask) == {tuple(sorted(nodes.values(), reverse=True)): "given_name"}


def test_brothers_and_sisters_are_not_named_for_sharing_their_parents_address(district, ask):
    family = dict(familyName="Doe", email="doe@example.org", phone="555-0100")
    night(district, user("u1", givenName="Ada", **family), user("u2", givenName="Ben", **{**family, "email": "doe@example.org"}))
    assert almost(ask) == {}


def test_pairs_that_somebody_told_apart_are_not_named_again(district, ask, say):
    theresa = put(district, "Tess", "Doe", email="tess@example.org", phone="1")
    night(district, tess(phone="2"))
    assert almost(ask) == {(f"r:{district.source}:t1", f"a:{theresa}"): "phone"}
    say("match", "decline", "t1").ok()
    assert almost(ask) == {}


def test_owners_and_the_status_are_told_of_what_waits_for_an_answer(district, ask, say, cli):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    say("member", "add", "--email", "owner@maple.example", "--role", "owner").ok()
    preview = ask("mail", "preview", "--email", "owner@maple.example")
    assert "1 waits for your decision" in preview["subject"]
    assert "1 record may belong to an account" in preview["text"] and "ID in your SIS: t1" in preview["text"]
    assert "Tess" not in preview["text"] and "tess@" not in preview["text"]
    attention = cli.run("status", "show", "-o", "json").ok(5).json["attention"]
    (row,) = [row for row in attention if "account a person must say" in row["needs a person"]]
    assert (row["count"], row["next"]) == (1, "rollcall match list --district maple")
    say("match", "decline", "t1").ok()
    assert "may belong" not in ask("mail", "preview", "--email", "owner@maple.example")["text"]


def test_the_list_of_another_district_is_not_seen_or_answered(district, postgres, database, say):
    put(district, "Theresa", "Doe", email="tess@example.org")
    night(district, tess())
    other = district.one("INSERT INTO district (slug, name, time_zone) VALUES ('oak', 'Oak', 'UTC') RETURNING district_id")
    assert other and "nothing is asked" in Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"}).run(
        "match", "accept", "--district", "oak", "t1").ok(3).err
    assert len(district.questions()) == 1
