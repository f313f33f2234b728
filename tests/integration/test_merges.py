"""Two accounts of one person become one and apart again: suggested, accepted, applied as an act; the old id, history and fields stay."""

import uuid

import pytest
from with_acts import district, hands  # noqa: F401
from with_reconciler import enrollment, school, user

ADA = user("u1", email="ada@example.org", username="ada", phone="555-0100")
BEN = user("u2", givenName="Ben", email="ben@example.org", username="ben", identifier="77")
MEG = user("g1", role="guardian", givenName="Meg", email="meg@example.org", agents=["u1"])
HERS = enrollment("e1", "u1", "c1")
ROSTER = school([ADA, BEN, MEG], [HERS])


def existing(district, given, family, **fields):
    """An account that the application had before there was a sync."""
    names = ["district_id", "given_name", "family_name", "created_at", *fields]
    return str(district.one(f"INSERT INTO account ({', '.join(names)}) VALUES (%s, %s, %s, '2020-01-01'{', %s' * len(fields)}) RETURNING account_id",
                            district.id, given, family, *fields.values()))


@pytest.fixture
def pairs(district):
    """Record to (the account of before, the one that the sync made beside it)."""
    old = {"u1": existing(district, "Ada", "u1", phone="5550100", middle_name="King"), "u2": existing(district, "Ben", "u2", identifier="88"),
           "g1": existing(district, "Meg", "g1", email="old@example.org")}
    district.sync(ROSTER)
    district.approve()
    district.compare()
    return {who: (old[who], str(district.account_of(who)["account_id"])) for who in old}


def whole(district):
    return (district.all("SELECT account_id, merged_into, status, given_name, middle_name, email, phone FROM account ORDER BY 1"),
            district.all("SELECT sourced_id, account_id FROM account_link ORDER BY 1"),
            district.all("SELECT account_id, role, school_id FROM account_role WHERE ended_on IS NULL ORDER BY 1, 2, 3"),
            district.all("SELECT list_id, account_id, role FROM membership WHERE ended_on IS NULL ORDER BY 1, 2, 3"),
            district.all("SELECT guardian_id, student_id FROM guardianship WHERE ended_on IS NULL ORDER BY 1, 2"),
            district.all("SELECT node, kind, field FROM declined ORDER BY 1, 2, 3"))


def merged(district, hands):
    act = hands.ask("merge", "apply", "--reason", "first sync")
    return hands.approve(act)


def test_pairs_are_suggested_with_a_confidence_and_its_reasons(district, hands, pairs):
    assert hands.ask("merge", "suggest") == {"suggested": "2"}
    rows = hands.ask("merge", "list")
    assert [(row["stays"], row["goes"], row["confidence"], row["reasons"]) for row in rows] == [
        (*pairs["u1"], 55, "same name, same phone"), (*pairs["g1"], 40, "same name")]
    assert "Ada" not in str(rows) and hands.ask("merge", "list", "--values")[0]["stays_name"] == "Ada u1"
    assert "another number" not in str(rows), "two numbers that differ outweigh a name"
    assert hands.ask("merge", "suggest") == {"suggested": "2"}, "asked again, the same"


def test_the_old_account_stays_and_gets_what_the_other_had(district, hands, pairs, postgres, database):
    hands.ask("merge", "suggest")
    (old, new), (parent, _) = pairs["u1"], pairs["g1"]
    assert hands.ask("merge", "accept-above", "50") == {"accepted": "1", "left": "0", "left_out": []}
    act = merged(district, hands)
    assert (act["applied"], act["overtaken"]) == (1, 0)
    account = district.account_of("u1")
    assert (str(account["account_id"]), account["middle_name"], account["email"]) == (old, "King", None), "its own fields stay, until a sync updates them"
    assert district.members("c1") == {"u1"} and district.roles_of("u1") == {"student"} and district.guardians("u1") == {"g1"}
    other = district.all("SELECT status, merged_into FROM account WHERE account_id = %s", new)[0]
    assert (other["status"], str(other["merged_into"])) == ("archived", old)
    for name in (old, new, "u1"):
        assert hands.ask("person", "show", name)["account"] == old, "whoever asks for the other is led to the one that stays"
    assert "create" in {row["kind"] for row in hands.ask("person", "history", old)}, "with the history of both"
    with postgres.connect("rollcall_roster_server", database, options=f"-c search_path=rollcall -c rollcall.district={district.id}") as server:
        assert str(server.execute("SELECT account_stays(%s)", [new]).fetchone()[0]) == old
    kinds = {(row["data"]["kind"], row["key"]) for row in district.all("SELECT key, data FROM outbox WHERE topic = 'roster.changed' AND data ? 'act'")}
    assert kinds >= {("merge", new), ("move", old)}
    assert parent != old


def test_a_sync_follows_the_one_that_stays_and_never_makes_the_other_again(district, hands, pairs):
    hands.ask("merge", "suggest")
    hands.ask("merge", "accept", pairs["u1"][1])
    merged(district, hands)
    district.sync(school([user("u1", email="new@example.org", username="ada", phone="555-0100", modified="2026-09-02T00:00:00Z"), BEN, MEG], [HERS]), days=1)
    district.approve()
    district.compare()
    account = district.account_of("u1")
    assert (str(account["account_id"]), account["email"]) == (pairs["u1"][0], "new@example.org")
    assert district.one("SELECT count(*) FROM account") == 6 and district.items() == []


@pytest.mark.parametrize("one", [True, False])
def test_apart_again_both_are_as_they_were(district, hands, pairs, one):
    before = whole(district)
    hands.ask("merge", "suggest")
    hands.ask("merge", "accept-above", "40")
    act = merged(district, hands)
    assert act["applied"] == 2 and whole(district) != before
    if one:
        for who in ("g1", "u1"):
            hands.ask("merge", "undo", pairs[who][1], "--yes")
            district.decided()
    else:
        act = hands.undo(act)
        assert act["left_alone"] == 0
    assert whole(district) == before
    district.sync(ROSTER, days=1)
    district.compare()
    assert whole(district) == before and district.items() == []
    assert hands.ask("merge", "suggest") == {"suggested": "0"}, "who was taken apart is not suggested again"
    assert "was not merged" in hands.say("merge", "undo", pairs["u1"][1], "--yes").ok(3).err


def test_of_one_pair_alone_what_belongs_to_another_stays_merged(district, hands, pairs):
    hands.ask("merge", "suggest")
    hands.ask("merge", "accept-above", "40")
    merged(district, hands)
    hands.ask("merge", "undo", pairs["u1"][1], "--yes")
    district.decided()
    assert str(district.account_of("u1")["account_id"]) == pairs["u1"][1]
    assert str(district.account_of("g1")["account_id"]) == pairs["g1"][0]


def test_declined_pairs_stay_away_and_a_person_may_name_one(district, hands, pairs):
    hands.ask("merge", "suggest")
    old, new = pairs["u2"]
    hands.ask("merge", "decline", pairs["u1"][1])
    assert hands.ask("merge", "suggest") == {"suggested": "1"}
    assert "stands in no pair" in hands.say("merge", "accept", new).ok(3).err
    hands.ask("merge", "accept", new, "--into", old)
    assert merged(district, hands)["applied"] == 1
    assert str(district.account_of("u2")["account_id"]) == old
    assert [(row["goes"], row["state"]) for row in hands.ask("merge", "list", "--state", "merged")] == [(new, "merged")]


def test_a_pair_of_which_one_alone_is_excluded_is_left_out_and_it_is_said_why(district, hands, pairs):
    hands.ask("merge", "suggest")
    old, new = pairs["u1"]
    hands.say("merge", "accept", new).ok()
    hands.say("exclusion", "add", f"a:{old}", "--reason", "asked").ok()
    hands.say("merge", "accept", pairs["g1"][1]).ok()
    said = hands.say("merge", "apply", "--reason", "first sync").ok()
    assert f"Left out: {old} and {new}, since one of the two is excluded" in said.err
    assert district.one("SELECT count(*) FROM act_item WHERE kind = 'merge'") == 1


def test_a_pair_is_not_said_to_be_left_out_behind_one_that_is_left_out_itself(district, hands, pairs):
    other = existing(district, "Ada", "u1")
    old, new = pairs["u1"]
    hands.ask("merge", "suggest")
    for stays in (old, other):
        hands.say("merge", "accept", new, "--into", stays).ok()
    hands.say("exclusion", "add", f"a:{old}", "--reason", "asked").ok()
    said = hands.say("merge", "apply", "--reason", "first sync").ok().err
    assert f"{old} and {new}, since one of the two is excluded" in said and f"{other} and {new}" not in said
    assert district.one("SELECT account_id FROM act_item WHERE kind = 'merge'") == uuid.UUID(other)


def test_a_pair_with_an_account_that_went_hides_no_other(district, hands, pairs):
    other, third = existing(district, "Ada", "u1", phone="5550100"), existing(district, "Ann", "x")
    hands.ask("merge", "suggest")
    hands.say("merge", "accept", pairs["u1"][1], "--into", pairs["u1"][0]).ok()
    merged(district, hands)
    assert district.one("SELECT count(*) FROM merge_suggestion WHERE stays = %s AND state = 'open'", other) > 0
    district.admin.execute("INSERT INTO merge_suggestion (district_id, stays, goes, confidence, reasons) VALUES (%s, %s, %s, 100, '{}')",
                           [district.id, other, third])
    assert hands.ask("merge", "accept-above", "100")["accepted"] == "1"


def test_an_answer_about_an_account_that_went_is_one_about_the_account_that_stays(district, hands, pairs):
    hands.ask("merge", "suggest")
    (old, new), _ = pairs["u1"], pairs["g1"]
    district.admin.execute("INSERT INTO match_answer (district_id, source_id, sourced_id, account_id, accepted, why, rule, confidence, basis, said_by) "
                           "VALUES (%s, %s, 'u1', %s, true, 'not sure', 'email', 60, 1, 'owner')", [district.id, district.source, new])
    hands.ask("merge", "accept-above", "50")
    act = merged(district, hands)
    shown, = hands.ask("match", "list", "--answered")
    assert (shown["account"], shown["linked"]) == (old, True)
    hands.undo(act)
    shown, = hands.ask("match", "list", "--answered")
    assert shown["account"] == new


def test_two_who_may_be_the_same_are_left_for_a_person(district, hands, pairs):
    existing(district, "Ada", "u1", phone="5550100")
    hands.ask("merge", "suggest")
    said = hands.ask("merge", "accept-above", "50")
    twice, nowhere = pairs["u1"][1], pairs["u2"][1]
    assert (said["accepted"], said["left"]) == ("0", "2")
    assert all(row["goes"] == twice and "stands in several such pairs" in row["left_since"] for row in said["left_out"])
    assert f"{twice} is suggested with several" in hands.say("merge", "accept", twice).ok(2).err
    assert f"{twice} is suggested with several" in hands.say("merge", "accept", twice, nowhere).ok(2).err
    assert f"{nowhere} stands in no pair" in hands.say("merge", "decline", nowhere, twice).ok(3).err
    assert {row["state"] for row in hands.ask("merge", "list")} == {"open"}, "two pairs of the one are not a pair of each"
    assert "nothing to do" in hands.say("merge", "apply", "--reason", "x").ok(3).err


def test_an_account_that_moved_after_it_was_shown_is_not_merged(district, hands, pairs):
    hands.ask("merge", "suggest")
    hands.ask("merge", "accept", pairs["u1"][1])
    act = hands.ask("merge", "apply", "--reason", "first sync")
    hands.do("archive", pairs["u1"][0])
    done = hands.approve(act)
    assert (done["applied"], done["overtaken"]) == (0, 1)
    assert str(district.account_of("u1")["account_id"]) == pairs["u1"][1]


def test_a_student_is_never_paired_with_somebody_who_is_none(district, hands):
    old = existing(district, "Ada", "u1", phone="5550100")
    district.admin.execute("INSERT INTO account_role (district_id, account_id, role, source_id, school_id, began_on) VALUES (%s, %s, 'teacher', %s, 's1', '2020-01-01')",
                           [district.id, old, district.source])
    district.sync(ROSTER)
    district.approve()
    assert hands.ask("merge", "suggest") == {"suggested": "0"}


def merge(district, hands, pair):
    hands.ask("merge", "accept", pair[1], "--into", pair[0])
    return merged(district, hands)


def on_list(district):
    return district.all("SELECT account_id::text, role, ended_on IS NULL AS member, origin FROM membership ORDER BY 1, 2")


@pytest.mark.parametrize("word, whose", [("add", 1), ("remove", 1), ("add", 0), ("remove", 0)])
def test_a_hands_word_on_a_list_holds_for_the_one_that_stays(district, hands, pairs, word, whose):
    call = {"add": "list_add(list_id, %s, 'student', 'kim')", "remove": "list_remove(list_id, %s, 'kim')"}[word]
    told = district.one(f"SELECT {call} FROM user_list WHERE class_id = 'c1'", pairs["u1"][whose])
    assert told is True
    before = on_list(district)
    act = merge(district, hands, pairs["u1"])
    assert act["applied"] == 1
    rows = [row for row in on_list(district) if row["account_id"] == pairs["u1"][0]]
    assert rows == [{"account_id": pairs["u1"][0], "role": "student", "member": word == "add", "origin": "hand"}]
    district.sync(ROSTER, days=1)
    district.compare()
    assert district.items() == [], "the roster does not say otherwise"
    assert hands.undo(act)["left_alone"] == 0
    after = on_list(district)
    assert [row for row in after if row["member"] or row["origin"] == "hand"] == [row for row in before if row["member"] or row["origin"] == "hand"]


def test_who_is_active_stays_so_with_access(district, hands, pairs):
    old, new = pairs["u1"]
    hands.do("archive", old)
    district.admin.execute("UPDATE account SET access = true WHERE account_id = %s", [new])
    before = whole(district)
    act = merge(district, hands, pairs["u1"])
    account = district.account_of("u1")
    assert (str(account["account_id"]), account["status"], account["access"]) == (old, "active", True)
    assert hands.undo(act)["left_alone"] == 0
    assert whole(district) == before
    assert [row["access"] for row in district.all("SELECT access FROM account WHERE account_id IN (%s, %s) ORDER BY account_id = %s", old, new, new)] == [False, True]


def test_the_students_of_merged_guardians_are_looked_at_again(district, hands, pairs):
    read = "SELECT version FROM account WHERE account_id = %s"
    before = district.one(read, pairs["u1"][1])
    merge(district, hands, pairs["g1"])
    assert district.one(read, pairs["u1"][1]) > before


def test_a_guardian_whom_somebody_took_off_is_not_joined_again(district, hands, pairs):
    student, (old, new) = pairs["u1"][1], pairs["g1"]
    district.admin.execute("INSERT INTO declined (district_id, node, kind, field, waits, by) VALUES (%s, %s, 'join', %s, '', 'kim')",
                           [district.id, f"a:{student}", f"guardian:a:{old}"])
    before = whole(district)
    act = merge(district, hands, pairs["g1"])
    assert district.guardians("u1") == set()
    assert hands.undo(act)["left_alone"] == 0 and whole(district) == before


def test_a_declined_guardian_is_declined_under_the_other_id(district, hands, pairs):
    student, (old, new) = pairs["u1"][1], pairs["g1"]
    hands.do("remove-guardians", student)
    act = merge(district, hands, pairs["g1"])
    marks = {row["field"] for row in district.all("SELECT field FROM declined WHERE node = %s", f"a:{student}")}
    assert marks == {f"guardian:a:{old}", f"guardian:a:{new}"}
    district.sync(ROSTER, days=1)
    assert [item for item in district.items() if item["kind"] == "join"] == []
    assert hands.undo(act)["left_alone"] == 0
    assert [row["field"] for row in district.all("SELECT field FROM declined WHERE node = %s", f"a:{student}")] == [f"guardian:a:{new}"]


def test_a_record_that_was_told_apart_from_one_is_apart_from_the_other(district, hands, pairs):
    _, new = pairs["u1"]
    node = f"r:{district.source}:another"
    district.admin.execute("INSERT INTO declined (district_id, node, kind, field, waits, by) VALUES (%s, %s, 'apart', %s, '0', 'kim')", [district.id, node, f"a:{new}"])
    marks = lambda: {row["field"] for row in district.all("SELECT field FROM declined WHERE node = %s AND kind = 'apart'", node)}  # noqa: E731
    act = merge(district, hands, pairs["u1"])
    assert marks() == {f"a:{account}" for account in pairs["u1"]}
    assert hands.undo(act)["left_alone"] == 0 and marks() == {f"a:{new}"}


def test_pins_go_along_and_back(district, hands, pairs):
    old, new = pairs["u1"]
    hands.ask("pin", "add", new, "--field", "email", "--reason", "right as it is")
    pins = "SELECT account_id::text, field FROM pin ORDER BY account_id = %s"
    act = merge(district, hands, pairs["u1"])
    assert [(row["account_id"], row["field"]) for row in district.all(pins, new)] == [(old, "email"), (new, "email")]
    hands.undo(act)
    assert [row["account_id"] for row in district.all(pins, new)] == [new]


def test_who_is_excluded_is_not_merged_with_somebody_who_is_not(district, hands, pairs):
    old, new = pairs["u1"]
    hands.ask("merge", "accept", new, "--into", old)
    act = hands.ask("merge", "apply", "--reason", "first sync")
    district.admin.execute("ALTER TABLE exclusion DISABLE TRIGGER exclusion_touches")
    district.admin.execute("INSERT INTO exclusion (district_id, node, reason, set_by) VALUES (%s, %s, 'x', 'kim')", [district.id, f"a:{old}"])
    district.admin.execute("ALTER TABLE exclusion ENABLE TRIGGER exclusion_touches")
    assert hands.approve(act)["overtaken"] == 1
    assert "excluded from the sync" in hands.say("merge", "accept", new, "--into", old).ok(1).err


def test_the_name_of_the_account_that_went_is_free(district, hands, pairs):
    old, new = pairs["u1"]
    merge(district, hands, pairs["u1"])
    hands.do("edit", rows=["account,username", f"{old},ada"])
    assert district.account_of("u1")["username"] == "ada"


def test_the_directory_of_a_day_before_shows_both(district, hands, pairs):
    _, new = pairs["u1"]
    district.admin.execute("UPDATE history SET on_date = on_date - 2")
    district.admin.execute("UPDATE account SET created_at = created_at - interval '2 days'")
    merge(district, hands, pairs["u1"])
    day = str(district.one("SELECT on_date - 1 FROM history WHERE kind = 'merge'"))
    status = lambda *words: {row["account"]: row["status"] for row in hands.ask("directory", "list", *words)}[new]  # noqa: E731
    assert (status(), status("--at", day)) == ("archived", "active")


def test_nobody_is_asked_about_the_account_that_went(district, hands, pairs):
    row = district.one("SELECT row_no FROM mirror_record WHERE sourced_id = 'u2'")
    district.admin.execute("INSERT INTO match_question (district_id, row_no, account_id, why, rule, confidence, basis) VALUES (%s, %s, %s, 'not sure', '', 50, 1)",
                           [district.id, row, pairs["u1"][1]])
    read = "SELECT version FROM mirror_record WHERE row_no = %s"
    before = district.one(read, row)
    merge(district, hands, pairs["u1"])
    assert district.one("SELECT count(*) FROM match_question WHERE account_id = %s", pairs["u1"][1]) == 0
    assert district.one("SELECT count(*) FROM settled_account WHERE account_id = %s", pairs["u1"][1]) == 0
    assert district.one(read, row) > before
