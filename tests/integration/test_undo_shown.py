"""An undo is shown before it is said: what is taken back, what stays since somebody moved it later; and exactly that is done, or less."""

import pytest
from with_acts import district, hands  # noqa: F401
from with_reconciler import school, user

BEN = user("u2", email="ben@example.org", username="ben")


def ada(day, **fields):
    return user("u1", username="ada", modified=f"2026-09-{day:02}T00:00:00Z", **fields)


@pytest.fixture
def runs(district):
    """The first run, then one that gave u1 another e-mail and a phone, then one that gave another e-mail again."""
    rosters = [[ada(1, email="a@example.org"), BEN], [ada(2, email="b@example.org", phone="555-0100"), BEN],
               [ada(3, email="c@example.org", phone="555-0100"), BEN]]
    made = []
    for day, users in enumerate(rosters):
        made.append(str(district.sync(school(users), days=day)))
        district.approve()
    return made


def preview(hands, run, *words):
    return hands.cli.json("plan", "undo", "--run", run, "--dry-run", *words)


def say(hands, district, run, *words):
    told = hands.cli.json("plan", "undo", "--run", run, "--yes", *words)
    district.decided()
    return told


def contact(district):
    account = district.account_of("u1")
    return account["email"], account["phone"]


def test_a_preview_names_what_is_taken_back_and_what_stays_and_changes_nothing(district, hands, runs):
    shown = preview(hands, runs[1])
    assert (shown["taken_back"], shown["left"]) == ("1", "1")
    assert {(row["field"], row["taken_back"], row["left"]) for row in shown["changes"]} == {("email", 0, 1), ("phone", 1, 0)}
    account = district.account_of("u1")["account_id"]
    assert {row["what"]: row["then"] for row in shown["list"]} == {
        f"set back email of account {account}": f"stays: moved later by run {runs[2]}", f"set back phone of account {account}": "is taken back"}
    assert "example.org" not in str(shown) and "restored" not in shown["list"][0]
    assert ("c@example.org", None) not in {(row["now"], row["restored"]) for row in shown["list"] if "now" in row}
    assert {(row["now"], row["restored"]) for row in preview(hands, runs[1], "--values")["list"]} == {("b@example.org", "a@example.org"), ("555-0100", None)}
    assert contact(district) == ("c@example.org", "555-0100") and district.all("SELECT * FROM undo") == []


def test_what_was_shown_is_done(district, hands, runs):
    shown = preview(hands, runs[1])
    say(hands, district, runs[1], "--hash", shown["hash"][:12])
    assert contact(district) == ("c@example.org", None)
    row, = district.all("SELECT undone, left_alone, hash FROM undo")
    assert (row["undone"], row["left_alone"], row["hash"]) == (1, 1, shown["hash"])


def test_another_than_was_shown_is_refused(district, hands, runs):
    shown = preview(hands, runs[1])
    hands.do("edit", rows=["account,phone", f"{district.account_of('u1')['account_id']},555-0199"])
    refused = hands.cli.run("plan", "undo", "--run", runs[1], "--yes", "--hash", shown["hash"]).ok(1)
    assert "is another one than" in refused.err and district.all("SELECT * FROM undo") == []


def test_where_nothing_is_left_to_undo_no_wish_is_written(district, hands, runs):
    district.admin.execute("UPDATE account SET phone = '1', email = 'x@example.org', version = version + 1, "
                           "field_versions = field_versions || '{\"phone\": 9, \"email\": 9}' WHERE phone IS NOT NULL")
    refused = hands.cli.run("plan", "undo", "--run", runs[1], "--yes").ok(3)
    assert "nothing left to undo: all 2 changes were moved since" in refused.err and district.all("SELECT * FROM undo") == []
    assert preview(hands, runs[1])["left"] == "2"


def test_without_a_run_the_newest_that_changed_something_is_meant(district, hands, runs):
    quiet = str(district.sync(school([ada(3, email="c@example.org", phone="555-0100"), BEN]), days=3))
    shown = hands.cli.json("plan", "undo", "-d", "maple", "--dry-run")
    assert shown["hash"] == preview(hands, runs[2])["hash"] and quiet not in runs
    district.admin.execute("UPDATE history SET undone_at = now()")
    assert "no run of the district changed anything" in hands.cli.run("plan", "undo", "-d", "maple", "--dry-run").ok(3).err


def test_the_newest_run_is_the_one_that_changed_something_last_whenever_it_was_asked_for(district, hands, runs):
    district.admin.execute("UPDATE run SET requested_at = now() WHERE run_id = %s", [runs[0]])
    assert hands.cli.json("plan", "undo", "-d", "maple", "--dry-run")["hash"] == preview(hands, runs[2])["hash"]


def test_what_moves_between_saying_and_doing_stays(district, hands, runs):
    hands.cli.json("plan", "undo", "--run", runs[1], "--yes")
    district.admin.execute("UPDATE account SET phone = '1', version = version + 1, field_versions = field_versions || '{\"phone\": 9}' WHERE phone IS NOT NULL")
    district.decided()
    assert contact(district) == ("c@example.org", "1")
    assert district.all("SELECT undone, left_alone FROM undo") == [{"undone": 0, "left_alone": 2}]


def test_runs_are_taken_back_one_after_the_other_newest_first(district, hands, runs):
    """A later change that was itself taken back is nobody's any more."""
    say(hands, district, runs[2])
    assert contact(district) == ("b@example.org", "555-0100")
    assert preview(hands, runs[1])["left"] == "0"
    say(hands, district, runs[1])
    assert contact(district) == ("a@example.org", None)
    say(hands, district, runs[0])
    assert {row["status"] for row in district.all("SELECT status FROM account")} == {"archived"}
    assert "nothing that could be taken back" in hands.cli.run("plan", "undo", "--run", runs[0], "--dry-run").ok(3).err
    district.compare()


def test_acts_are_shown_and_taken_back_in_turn_too(district, hands, runs):
    archived = hands.do("archive", "u1")
    restored = hands.do("restore", "u1")
    shown = hands.ask("act", "undo", archived["act"], "--dry-run")
    assert [row["then"] for row in shown["list"]] == [f"stays: moved later by act {restored['act']}"]
    hands.undo(restored)
    assert district.account_of("u1")["status"] == "archived"
    assert hands.ask("act", "undo", archived["act"], "--dry-run")["taken_back"] == "1"
    hands.undo(archived)
    assert district.account_of("u1")["status"] == "active"
