"""Acts by hand: prepared, shown, approved by hash, carried out once, taken back. The tool and the reconciler with a real database."""

import time

import pytest
from with_acts import district, hands  # noqa: F401
from with_reconciler import school, user

ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
MEG = user("g1", role="guardian", givenName="Meg", email="meg@example.org", phone="555-0100", agents=["u1"])
TESS = user("t1", role="teacher", givenName="Tess", email="tess@example.org")


@pytest.fixture
def people(district):
    """The ids of accounts by their records'."""
    district.sync(school([ADA, BEN, MEG, TESS]))
    district.approve()
    district.admin.execute("DELETE FROM outbox")
    return {who: str(district.account_of(who)["account_id"]) for who in ("u1", "u2", "g1", "t1")}


def told(district):
    return [(row["data"]["kind"], row["key"]) for row in district.all("SELECT key, data FROM outbox WHERE topic = 'roster.changed' ORDER BY outbox_id")]


def status(district):
    return {who: district.account_of(who)["status"] for who in ("u1", "u2", "g1", "t1")}


def whole(district):
    """All that a person or a plan sees of the directory, without versions and times."""
    return (district.directory(), district.all("SELECT guardian_id, student_id, ended_on IS NULL AS on FROM guardianship ORDER BY 1, 2"),
            district.all("SELECT node, kind, field, waits FROM declined ORDER BY 1, 2, 3"))


def test_what_is_prepared_is_shown_and_changes_nothing(district, hands, people):
    before = whole(district)
    act = hands.prepare("archive", rows=[people["u1"], people["u2"]])
    assert (act["kind"], act["state"], act["items"], act["made_by"]) == ("archive", "open", 2, "kim")
    assert [(row["kind"], row["roles"], row["items"]) for row in act["changes"]] == [("archive", "student", 2)]
    assert {row["what"] for row in act["list"]} == {f"archive account {people[who]}" for who in ("u1", "u2")}
    assert whole(district) == before and district.said("plan.decided") == 0
    assert "Nothing is changed yet" in hands.say("act", "archive", "u1", "--reason", "asked for").ok().err


def test_an_archive_by_hand_is_applied_told_and_kept(district, hands, people):
    act = hands.do("archive", rows=["account", people["u1"]])
    assert (act["state"], act["applied"], act["overtaken"]) == ("applied", 1, 0)
    assert status(district) == {"u1": "archived", "u2": "active", "g1": "active", "t1": "active"}
    assert told(district) == [("archive", people["u1"])]
    row = district.history()[-1]
    assert (row["kind"], str(row["act_id"]), row["run_id"], row["cause"]) == ("archive", act["act"], None, "by hand: asked for")
    assert [entry["act"] for entry in district.all("SELECT act FROM audit WHERE starts_with(act, 'act.') ORDER BY audit_id")] == ["act.prepare", "act.approve"]
    district.sync(school([ADA, BEN, MEG, TESS]), days=1)
    district.compare()
    assert status(district)["u1"] == "archived" and district.items() == [], "a hand that archives has declined the restore"


@pytest.mark.parametrize(("verb", "who"), [("archive", ("--role", "student")), ("remove-guardians", ("u1",)), ("remove-guardians", ("--role", "guardian"))])
def test_taken_back_right_after_everything_is_as_it_was(district, hands, people, verb, who):
    before = whole(district)
    act = hands.do(verb, *who)
    assert act["applied"] > 0 and whole(district) != before
    act = hands.undo(act)
    assert (act["state"], act["undone"], act["left_alone"]) == ("undone", act["applied"], 0)
    assert whole(district) == before
    district.sync(school([ADA, BEN, MEG, TESS]), days=1)
    district.compare()
    assert whole(district) == before and district.items() == []


def test_an_edit_shows_values_only_when_asked_and_restores_each(district, hands, people):
    before = whole(district)
    rows = ["account,email,phone,middle_name", f"{people['t1']},new@example.org,555-0199,", f"{people['g1']},,-,Ann"]
    shown = hands.say("act", "edit", "--file", "-", "--reason", "on paper", stdin="\n".join(rows)).ok()
    assert "new@example.org" not in shown.out and f"set email of account {people['t1']}" in shown.out
    act = hands.prepare("edit", "--values", rows=rows)
    assert {(row["field"], row["old"], row["new"]) for row in act["list"]} == {
        ("email", "tess@example.org", "new@example.org"), ("phone", None, "555-0199"), ("phone", "555-0100", None), ("middle_name", None, "Ann")}
    hands.approve(act)
    assert (district.account_of("t1")["email"], district.account_of("g1")["phone"]) == ("new@example.org", None)
    events = district.all("SELECT data FROM outbox WHERE topic = 'roster.changed' ORDER BY outbox_id")
    assert sorted(tuple(event["data"]["fields"]) for event in events) == [("email", "phone"), ("middle_name", "phone")]
    hands.undo(act)
    assert whole(district) == before


def test_what_moved_since_it_was_shown_is_left_and_counted(district, hands, people):
    act = hands.prepare("edit", rows=["account,email", f"{people['u1']},a@example.org", f"{people['u2']},b@example.org"])
    district.admin.execute("UPDATE account SET email = 'c@example.org', version = version + 1, field_versions = field_versions || '{\"email\": 7}' "
                           "WHERE account_id = %s", [people["u1"]])
    done = hands.approve(act)
    assert (done["applied"], done["overtaken"]) == (1, 1)
    assert {row["outcome"] for row in done["list"]} == {"applied", "overtaken"}
    assert (district.account_of("u1")["email"], district.account_of("u2")["email"]) == ("c@example.org", "b@example.org")


def test_an_undo_leaves_alone_what_moved_after(district, hands, people):
    act = hands.do("archive", "u1", "u2")
    hands.do("restore", "u1")
    done = hands.undo(act)
    assert (done["undone"], done["left_alone"]) == (1, 1)
    assert status(district)["u1"] == status(district)["u2"] == "active"


def test_who_was_restored_by_hand_is_not_archived_for_the_same_absence(district, hands, people):
    district.set(archive_students="archive")
    for days in (1, 4):
        district.sync(school([ADA, MEG, TESS]), days=days)
    district.approve()
    assert status(district)["u2"] == "archived"
    hands.do("restore", "u2")
    district.sync(school([ADA, MEG, TESS]), days=5)
    district.compare()
    assert status(district)["u2"] == "active" and district.items() == []


def test_guardians_who_were_removed_are_not_joined_again(district, hands, people):
    act = hands.do("remove-guardians", rows=[people["u1"]])
    assert (act["applied"], district.guardians("u1")) == (1, set())
    district.sync(school([ADA, BEN, MEG, TESS]), days=1)
    district.compare()
    assert district.guardians("u1") == set() and district.items() == []


def test_said_again_it_is_done_once(district, hands, people):
    hands.do("archive", "u1")
    before, history = whole(district), len(district.history())
    district.decided()
    assert whole(district) == before and len(district.history()) == history


def test_killed_in_the_midst_of_it_nothing_is_there_and_the_next_does_all_of_it(district, hands, people, postgres, database):
    before = whole(district)
    act = hands.prepare("archive", "u1", "u2")
    hands.ask("act", "approve", act["act"], "--yes")
    with postgres.connect("postgres", database, options="-c search_path=rollcall") as blocker:
        blocker.autocommit = False
        blocker.execute("LOCK TABLE history IN EXCLUSIVE MODE")
        victim = district.new_driver()
        victim.give({"topic": "plan.decided", "district": str(district.id), "run": str(district.id)})
        deadline = time.monotonic() + 60
        while not district.one("SELECT count(*) FROM pg_locks WHERE relation = 'rollcall.history'::regclass AND NOT granted"):
            assert time.monotonic() < deadline, "the reconciler never came to write the history"
            time.sleep(0.05)
        victim.process.kill()
        victim.process.wait(timeout=30)
        blocker.rollback()
    assert whole(district) == before and district.history()[-1]["act_id"] is None
    district.decided()
    assert status(district)["u1"] == status(district)["u2"] == "archived"
    assert district.one("SELECT count(*) FROM history WHERE act_id = %s", act["act"]) == 2


@pytest.mark.parametrize("rule", [
    "ALTER TABLE account ADD CONSTRAINT odd CHECK (email <> 'odd@example.org')",
    "CREATE UNIQUE INDEX odd ON account ((1 / CASE WHEN email = 'odd@example.org' THEN 0 ELSE 1 END), account_id)",
], ids=["a rule of the table", "data that PostgreSQL refuses"])
def test_what_the_directory_cannot_take_is_over_and_holds_nothing_up(district, hands, people, rule):
    before = whole(district)
    district.admin.execute(rule)
    odd = hands.prepare("edit", rows=["account,email", f"{people['t1']},new@example.org", f"{people['u1']},odd@example.org"])
    hands.ask("act", "approve", odd["act"], "--yes")
    done = hands.do("archive", "u2")
    assert (done["state"], done["applied"]) == ("applied", 1), "what was approved behind it is done"
    odd = hands.ask("act", "show", odd["act"])
    assert (odd["state"], odd["applied"], odd["overtaken"]) == ("failed", 0, 0)
    assert odd["why"].startswith("PostgreSQL 2") and "odd@example.org" not in odd["why"]
    assert [row["state"] for row in hands.ask("act", "list")] == ["applied", "failed"]
    assert "is failed already" in hands.say("act", "approve", odd["act"], "--yes").ok(3).err
    hands.undo(done)
    assert whole(district) == before


def test_only_what_was_looked_at_is_approved_and_only_once(district, hands, people):
    act = hands.prepare("archive", "u1")
    assert "is another one" in hands.say("act", "approve", act["act"], "--hash", "0123456789ab", "--yes").ok(1).err
    hands.approve(act)
    assert "applied already" in hands.say("act", "approve", act["act"], "--yes").ok(3).err
    other = hands.prepare("archive", "u2")
    assert hands.ask("act", "discard", other["act"])["state"] == "discarded"
    district.decided()
    assert status(district)["u2"] == "active"
    assert [(row["kind"], row["state"]) for row in hands.ask("act", "list")] == [("archive", "discarded"), ("archive", "applied")]
    assert "nothing to do" in hands.say("act", "archive", "u1", "--reason", "again").ok(3).err


@pytest.mark.parametrize(("rows", "code", "why"), [
    (["account,email", "{u1},a@example.org", "{u1},b@example.org"], 2, "line 3 names the account of line 2 again"),
    (["account,username", "{u1},ben"], 2, "line 2 gives a user name that account"),
    (["account,email", "01980000-0000-7000-8000-00000000ffff,a@example.org"], 3, "line 2: no account has the id"),
    (["account,shoe_size", "{u1},44"], 2, "line 1: a column is none of"),
    (["email", "a@example.org"], 2, "line 1: the header names no column account"),
    (["account,email", "u1,a@example.org"], 2, "line 2: the account's id is none"),
    (["account,email", '{u1},"a@example.org'], 2, "line 2: its quotes are wrong"),
])
def test_a_file_that_is_wrong_is_refused_with_its_line(district, hands, people, rows, code, why):
    refused = hands.say("act", "edit", "--file", "-", "--reason", "x", stdin="\n".join(rows).format(**people)).ok(code)
    assert why in refused.err
    assert district.one("SELECT count(*) FROM act") == 0
