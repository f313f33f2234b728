"""What would the next sync do differently? A preview says it beforehand, and leaves no trace but its answer."""

import contextlib
import json
import threading

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import school, user


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database)
    yield district
    district.close()


def preview(district, scope="", **settings):
    """(kind, role, cause, what it waits for) -> (today, then), where they differ."""
    changes = [{"scope": scope, "name": name.replace("_", "-"), "value": value} for name, value in settings.items()]
    asked = district.one("INSERT INTO preview (district_id, changes, requested_by) VALUES (%s, %s, 'owner') RETURNING preview_id", district.id, json.dumps(changes))
    district.hand({"topic": "plan.decided", "district": str(district.id), "run": str(district.id), "payload": {"preview": str(asked)}})
    row = district.all("SELECT * FROM preview WHERE preview_id = %s", asked)[0]
    assert row["done_at"] and (row["failure"] is None) == (row["result"] is not None)
    if row["failure"]:
        return row["failure"]
    return {(line["kind"], line["role"], line["cause"], line["waits"]): (line["today"], line["then"]) for line in row["result"]}


def proposed(district):
    counted = {}
    for item in district.items():
        group = (item["kind"], item["role"], item["cause"], item["hold"] if item["decision"] is None else "")
        counted[group] = counted.get(group, 0) + 1
    return counted


def stands(district):
    """All that a preview must leave alone."""
    return [district.all(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in
            ("plan", "plan_item", "plan_person", "settled_record", "settled_account", "account", "run", "setting", "setting_history", "outbox", "source", "history", "declined")]


PEOPLE = [user(f"u{n}", email=f"u{n}@example.org", username=f"u{n}") for n in range(1, 5)]
TEACHER = user("t1", role="teacher", email="t1@example.org")


def started(district):
    district.sync(school([*PEOPLE, TEACHER]))
    district.approve()
    district.compare()


def renamed(*numbers):
    return [user(f"u{n}", email=f"u{n}@example.org", username=f"u{n}", middleName="New" if n in numbers else "", modified="2026-09-02T00:00:00Z") for n in range(1, 5)]


def test_a_preview_says_what_the_plan_then_does(district):
    started(district)
    district.sync(school([*renamed(1, 2), TEACHER]), days=1)
    said = preview(district, existing_people="update")
    assert said == {("update", "student", "field changed", ""): (0, 2)}
    district.set(existing_people="update", approval="always")
    district.sync(school([*renamed(1, 2), TEACHER]), days=1)
    assert {group[:3]: count for group, count in proposed(district).items()} == {group[:3]: then for group, (_, then) in said.items()}


def test_a_threshold_that_would_hold_is_seen_before(district):
    started(district)
    district.sync(school([*renamed(1, 2, 3, 4), TEACHER]), days=1)
    said = preview(district, existing_people="update")
    assert said == {("update", "student", "field changed", "threshold"): (0, 4)}
    assert preview(district, existing_people="update", threshold_change_percent=100) == {("update", "student", "field changed", ""): (0, 4)}
    district.set(existing_people="update")
    district.sync(school([*renamed(1, 2, 3, 4), TEACHER]), days=1)
    assert proposed(district) == {group: then for group, (_, then) in said.items()}


def test_who_would_leave_the_scope_is_counted_with_what_holds_them(district):
    started(district)
    district.set(archive_teachers="archive")
    district.sync(school([*PEOPLE, TEACHER]), days=1)
    said = preview(district, teachers=False)
    assert said == {("archive", "teacher", "out of scope", "out of scope"): (0, 1)}
    district.set(teachers=False)
    district.sync(school([*PEOPLE, TEACHER]), days=1)
    assert proposed(district) == {group: then for group, (_, then) in said.items()}


def test_a_value_of_one_school_is_previewed_for_that_school(district):
    started(district)
    district.sync(school([*renamed(1), TEACHER]), days=1)
    assert preview(district, "school:s1", existing_people="update") == {("update", "student", "field changed", ""): (0, 1)}
    assert preview(district, "school:s2", existing_people="update") == {}


def test_a_value_of_one_source_is_previewed_for_that_source_and_the_safer_one_holds(district):
    started(district)
    district.set(existing_people="update", threshold_change_percent=100)
    district.sync(school([*PEOPLE, TEACHER]), days=1)
    district.set(approval="always")
    district.sync(school([*renamed(1), TEACHER]), days=1)
    assert preview(district, f"source:{district.source}", existing_people="skip") == {("update", "student", "field changed", "always approve"): (1, 0)}
    assert preview(district, f"source:{district.id}", existing_people="skip") == {}
    assert preview(district, f"source:{district.source}", role_map={"teacher": "staff"}) == {("update", "teacher", "role or school changed", "always approve"): (0, 1)}


def test_taking_a_setting_back_is_previewed_too(district):
    started(district)
    district.set(existing_people="update", approval="always")
    district.sync(school([*renamed(1), TEACHER]), days=1)
    said = preview(district, existing_people=None, approval=None)
    assert said == {("update", "student", "field changed", "always approve"): (1, 0)}


def test_what_is_set_already_changes_nothing(district):
    started(district)
    district.sync(school([*renamed(1), TEACHER]), days=1)
    assert preview(district, students=True, schools=["s1"]) == {}


def test_an_open_plan_and_who_is_settled_stay_as_they_were(district):
    district.sync(school([*PEOPLE, TEACHER]))
    district.say("declined", district.items()[:1])
    before = stands(district)
    said = preview(district, teachers=False)
    assert said == {("create", "teacher", "new", "first sync"): (1, 0)}
    assert stands(district) == before
    district.decided()
    district.approve()
    district.compare()


def test_a_question_applies_nothing_of_what_a_blackout_put_off(district):
    started(district)
    today = district.one("SELECT local_date(time_zone) FROM district WHERE district_id = %s", district.id)
    district.set(existing_people="update", blackout_dates=[str(today)])
    district.sync(school([*renamed(1), TEACHER]), days=0)
    assert proposed(district) == {("update", "student", "field changed", ""): 1}
    assert preview(district, blackout_dates=[]) == {("update", "student", "field changed", "blackout date"): (1, 0), ("update", "student", "field changed", ""): (0, 1)}
    district.set(blackout_dates=[])
    before = stands(district)
    preview(district, students=False)
    assert stands(district) == before


def test_before_the_first_sync_there_is_nothing_to_compare_with(district):
    assert "nothing was synced" in preview(district, students=False)


def test_a_value_that_no_setting_takes_is_answered_in_words(district):
    started(district)
    assert "wrong shape" in preview(district, students="perhaps")
    assert "no setting" in preview(district, studnts=True)


# ---- as a person asks ----


@pytest.fixture
def cli(postgres, database):
    return Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})


@contextlib.contextmanager
def reconciler(district):
    """Hands over what the tool asks, as the relay does, until the block is left."""
    over = threading.Event()

    def play():
        while not over.wait(0.1):
            for row in district.all("DELETE FROM outbox WHERE topic = 'plan.decided' AND data ? 'preview' RETURNING data"):
                district.hand({"topic": "plan.decided", "district": str(district.id), "run": row["data"]["run"], "payload": row["data"]})

    player = threading.Thread(target=play)
    player.start()
    try:
        yield
    finally:
        over.set()
        player.join()


def test_the_tool_shows_what_would_be_otherwise_and_saves_nothing(district, cli):
    started(district)
    district.sync(school([*renamed(1), TEACHER]), days=1)
    before = stands(district)
    with reconciler(district):
        said = cli.json("settings", "preview", "-d", "maple", "existing-people=update", "--timeout", "2m")
        assert said == [{"kind": "update", "role": "student", "cause": "field changed", "waits_for": "", "today": 0, "then": 1}]
        nothing = cli.run("settings", "preview", "-d", "maple", "students=on", "class-lists", "--school", "s1").ok()
        assert "would do the same" in nothing.err
    assert stands(district) == before


def test_on_a_terminal_the_difference_is_shown_before_it_is_asked(district, cli):
    started(district)
    district.sync(school([*renamed(1), TEACHER]), days=1)
    district.admin.execute("INSERT INTO verification (district_id, role, verified_by) SELECT %s, r, 'owner' FROM unnest(ARRAY['student', 'teacher', 'staff', 'administrator', 'guardian']) r", [district.id])
    words = ("settings", "set", "-d", "maple", "existing-people=update")
    with reconciler(district):
        status, shown = cli.at_terminal(*words, answers=[("[y/N] ", "n")])
        assert status == 1 and "update student, field changed: 0 today, then 1" in shown
        assert district.one("SELECT count(*) FROM setting WHERE name = 'existing-people'") == 0
        status, _ = cli.at_terminal(*words, answers=[("[y/N] ", "y")])
    assert status == 0 and district.one("SELECT value FROM setting WHERE name = 'existing-people'") == "update"


def test_without_a_reconciler_it_is_said_and_asked_all_the_same(district, cli):
    started(district)
    status, shown = cli.at_terminal("settings", "set", "-d", "maple", "approval=always", "--timeout", "1s", answers=[("[y/N] ", "y")])
    assert status == 0 and "is not known" in shown
    assert district.one("SELECT value FROM setting WHERE name = 'approval'") == "always"


def test_a_district_without_a_run_has_nothing_to_compare_with(district, cli):
    refused = cli.run("settings", "preview", "-d", "maple", "students=off").ok(3)
    assert "nothing was synced yet" in refused.err
