"""The model of the directory, on districts of a few people over a few days."""

from dataclasses import replace
from datetime import date

import pytest

from sis.handmade import ALL, DAY, Days, class_, family, seat, user, world_of
from sis.model import Directory, Settings
from sis.world import reference


@pytest.fixture(name="days")
def _days():
    return Days()


# ---- who is rostered -----------------------------------------------------------------------------------------------

def test_nothing_comes_until_something_is_chosen():
    world = world_of(user("s"), user("t", "teacher"), *family("c", "p"))
    assert Directory().apply_day(world, Settings(), DAY)["accounts"] == {}
    assert Directory().apply_day(world, replace(ALL, schools=frozenset()), DAY)["accounts"] == {}


@pytest.mark.parametrize("role, source_role", [
    ("student", "student"), ("teacher", "teacher"), ("staff", "aide"), ("staff", "proctor"),
    ("administrator", "administrator")])
def test_each_role_has_its_own_switch(role, source_role):
    world = world_of(user("u", source_role))
    for chosen in ("student", "teacher", "staff", "administrator"):
        days = Days(replace(ALL, roles=frozenset((chosen,)))).sync(world)
        assert (days.account("u") is not None) == (chosen == role)
    assert days.settings.role_of("wizard") is None


def test_the_role_map_sends_an_aide_where_the_owner_says():
    settings = replace(ALL, role_map={**ALL.role_map, "aide": "teacher"})
    assert Days(settings).sync(world_of(user("u", "aide"))).account("u")["roles"] == {("teacher", "A")}


def test_only_chosen_schools_come_and_only_roles_there():
    settings = replace(ALL, schools=frozenset("A"))
    both = user("t", "teacher", orgs=[reference("org", "A"), reference("org", "B")])
    days = Days(settings).sync(world_of(both, user("s", org="B")))
    assert days.account("t")["roles"] == {("teacher", "A")} and days.account("s") is None


def test_guardians_come_with_their_rostered_students_alone():
    world = world_of(*family("s", "p"), *family("x", "q", org="B"), user("n", "guardian"))
    world["users"][2]["orgs"] = [reference("org", "B")]
    for kind, switch in (("account", "accounts"), ("contact", "contacts")):
        days = Days(replace(ALL, schools=frozenset("A"), guardians=switch)).sync(world)
        assert days.account("p")["kind"] == kind
        assert days.account("q") is None and days.account("n") is None
        assert days.rows["guardianships"] == {
            (frozenset("p"), frozenset("s")): {"relation": "parent", "ended": False}}
    assert Days(replace(ALL, guardians="off")).sync(world).account("p") is None


def test_a_guardianship_told_by_one_side_is_enough():
    student, guardian = family("s", "p")
    for world in (world_of({**student, "agents": []}, guardian), world_of(student, {**guardian, "agents": []})):
        assert Days().sync(world).rows["guardianships"]


# ---- several records, one person -----------------------------------------------------------------------------------

_SAME = {"givenName": "Ada", "familyName": "Holm", "email": "ada@x.example", "phone": "1"}


def test_records_with_the_same_name_email_and_phone_are_one_account_with_all_roles(days):
    student, guardian = family("s", "p", **_SAME)
    days.sync(world_of(student, guardian, user("t", "teacher", org="B", **_SAME)))
    assert days.account("p", "t")["roles"] == {("guardian", "A"), ("teacher", "B")}
    assert (frozenset(("p", "t")), frozenset("s")) in days.rows["guardianships"]


@pytest.mark.parametrize("other", [{"email": "b@x.example"}, {"phone": "2"}, {"givenName": "Eda"}, {"familyName": "H"}])
def test_any_difference_keeps_records_apart(days, other):
    days.sync(world_of(user("t", "teacher", **_SAME), user("u", "aide", **{**_SAME, **other})))
    assert days.account("t") and days.account("u")


@pytest.mark.parametrize("left, joined", [
    ({"phone": ""}, True), ({"email": ""}, True), ({"phone": "", "email": ""}, False)])
def test_one_of_email_and_phone_must_not_be_empty(days, left, joined):
    same = {**_SAME, **left}
    days.sync(world_of(user("t", "teacher", **same), user("u", "aide", **same)))
    assert (days.account("t", "u") is not None) == joined


def test_students_join_with_nobody(days):
    days.sync(world_of(user("s", **_SAME), user("r", **_SAME), user("t", "teacher", **_SAME)))
    assert days.account("s") and days.account("r") and days.account("t")


def test_a_record_that_comes_later_joins_and_one_that_changes_stays_joined(days):
    teacher, aide = user("t", "teacher", **_SAME), user("u", "aide", **_SAME)
    days.sync(world_of(teacher)).sync(world_of(teacher, aide))
    assert days.account("t", "u")["roles"] == {("teacher", "A"), ("staff", "A")}
    days.sync(world_of(teacher, {**aide, "phone": "2"}))
    assert days.account("t", "u")


def test_accounts_that_become_alike_stay_two(days):
    teacher, aide = user("t", "teacher", **_SAME), user("u", "aide", **{**_SAME, "phone": "2"})
    days.sync(world_of(teacher, aide)).sync(world_of(teacher, {**aide, "phone": "1"}))
    assert days.account("t") and days.account("u")


def test_an_older_value_of_an_account_only_blocks():
    teacher = user("t", "teacher", **_SAME)
    days = Days(replace(ALL, existing="skip")).sync(world_of(teacher))
    days.sync(world_of({**teacher, "phone": "2"}, user("u", "aide", **_SAME)))
    assert list(days.rows["accounts"]) == [frozenset("t")]


# ---- values --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("existing, expected", [("skip", ("G-s", {("student", "A")}, ["01"])),
                                                ("update", ("New", {("student", "B")}, ["02"]))])
def test_skip_writes_nothing_and_update_what_changed(existing, expected):
    days = Days(replace(ALL, existing=existing)).sync(world_of(user("s", grades=["01"], phone="1")))
    days.sync(world_of(user("s", org="B", givenName="New", grades=["02"])))
    account = days.account("s")
    assert (account["given_name"], account["roles"], account["grades"]) == expected
    assert account["phone"] == ("1" if existing == "skip" else None)


def test_a_plan_that_is_not_approved_changes_nothing_and_is_made_again(days):
    days.sync(world_of(user("s")), approved=False)
    assert days.rows["accounts"] == {}
    assert days.sync(world_of(user("s"))).account("s")


def test_an_unreadable_record_creates_nothing_changes_nothing_and_is_present(days):
    world = world_of(user("s"), user("r"))
    days.sync(world, unreadable={"users": ["r"]})
    assert days.account("s") and days.account("r") is None
    for _ in range(5):
        days.sync(world_of(user("s", givenName="New")), unreadable={"users": ["s"]})
    assert (days.status("s"), days.account("s")["given_name"]) == ("active", "G-s")


def test_of_two_copies_the_later_counts(days):
    late = {**user("s", givenName="Late"), "dateLastModified": "2026-10-12T03:00:00.000Z"}
    assert days.sync(world_of(late, user("s"))).account("s")["given_name"] == "Late"


# ---- disappearing --------------------------------------------------------------------------------------------------

def _gone_after(days, gaps, **options):
    """The statuses of s after each sync without it; gaps: dates from each sync to the next."""
    days.sync(world_of(user("s"), user("r")))
    found = []
    for gap in gaps:
        found.append(days.sync(world_of(user("r")), after=gap, **options).status("s"))
    return found


def test_two_sealed_snapshots_three_dates_apart_archive(days):
    assert _gone_after(days, [1, 1, 1, 1]) == ["active", "active", "active", "archived"]


def test_two_snapshots_are_needed_whatever_the_time(days):
    assert _gone_after(days, [30, 1]) == ["active", "archived"]


def test_many_snapshots_do_not_replace_the_dates(days):
    assert _gone_after(days, [0, 0, 0, 2, 1, 1]) == ["active"] * 5 + ["archived"]


def test_unsealed_snapshots_do_not_count(days):
    assert _gone_after(days, [3, 3, 3], unsealed=["users"]) == ["active"] * 3
    days.sync(world_of(user("r")), after=3)
    assert days.sync(world_of(user("r"))).status("s") == "archived"


def test_a_sight_ends_the_countdown(days):
    days.sync(world_of(user("s"))).sync(world_of(), after=2).sync(world_of(user("s")), after=2)
    assert days.sync(world_of(), after=2).status("s") == "active"
    assert days.sync(world_of(), after=1).status("s") == "active"
    assert days.sync(world_of()).status("s") == "archived"


@pytest.mark.parametrize("status", ["tobedeleted", "toBeDeleted", "to_be_deleted", "inactive"])
def test_an_explicit_delete_goes_by_the_same_countdown(days, status):
    gone = {**user("s"), "status": status}
    days.sync(world_of(user("s"))).sync(world_of(gone), after=3)
    assert days.status("s") == "active" and days.sync(world_of(gone)).status("s") == "archived"


def test_keep_archives_nobody():
    days = Days(replace(ALL, missing={"teacher": "archive"}))
    assert _gone_after(days, [3, 3, 3]) == ["active"] * 3


def test_who_has_two_roles_is_archived_only_where_both_say_so():
    users = [user("t", "teacher", **_SAME), user("u", "aide", **_SAME)]
    one, both = {"teacher": "archive"}, {"teacher": "archive", "staff": "archive"}
    for missing, expected in ((one, "active"), (both, "archived")):
        days = Days(replace(ALL, missing=missing)).sync(world_of(*users)).sync(world_of(), after=3).sync(world_of())
        assert days.status("t", "u") == expected


def test_one_record_that_stays_keeps_the_account_and_the_other_role_ends(days):
    users = [user("t", "teacher", **_SAME), user("u", "aide", **_SAME)]
    days.sync(world_of(*users)).sync(world_of(users[0]), after=3)
    assert days.account("t", "u")["roles"] == {("teacher", "A"), ("staff", "A")}
    days.sync(world_of(users[0]))
    assert (days.status("t", "u"), days.account("t", "u")["roles"]) == ("active", {("teacher", "A")})


def test_the_disabled_leave_by_a_countdown_where_the_owner_chose_so():
    off = user("s", enabledUser="false")
    for choice, expected in (("keep", "active"), ("archive", "archived")):
        days = Days(replace(ALL, disabled=choice, missing={})).sync(world_of(user("s"))).sync(world_of(off), after=3)
        assert days.status("s") == "active"
        assert days.sync(world_of(off)).status("s") == expected
        assert days.sync(world_of(user("s"))).status("s") == "active"


def test_a_sight_of_somebody_enabled_ends_the_countdown_and_who_comes_disabled_gets_no_account():
    off = user("s", enabledUser="false")
    days = Days(replace(ALL, disabled="archive")).sync(world_of(off))
    assert days.account("s") is None
    days.sync(world_of(user("s"))).sync(world_of(off), after=3).sync(world_of(user("s"))).sync(world_of(off))
    assert days.status("s") == "active"


def test_guardians_follow_their_students(days):
    student, guardian = family("s", "p")
    days.sync(world_of(student, guardian)).sync(world_of(guardian), after=3)
    assert (days.status("p"), days.status("s")) == ("active", "active")
    days.sync(world_of({**guardian, "agents": []}))
    assert (days.status("p"), days.status("s")) == ("archived", "archived")
    assert days.rows["guardianships"][frozenset("p"), frozenset("s")]["ended"]


def test_a_guardian_of_two_stays_with_the_other_child(days):
    both = user("p", "parent", agents=[reference("user", "s"), reference("user", "r")])
    rest = world_of(user("r"), both)
    days.sync(world_of(user("s"), user("r"), both)).sync(rest, after=3).sync(rest)
    assert (days.status("p"), days.status("s")) == ("active", "archived")
    assert [state["ended"] for state in days.rows["guardianships"].values()].count(True) == 1


def test_who_returns_is_restored_with_what_they_had(days):
    full = world_of(*family("s", "p"), classes=[class_("K")], enrollments=[seat("e", "s", "K")])
    empty = world_of(classes=[class_("K")])
    before = days.sync(full).rows
    days.sync(empty, after=3).sync(empty)
    assert (days.status("s"), days.status("p"), days.ended("K", "s")) == ("archived", "archived", True)
    assert days.sync(full).rows == before


def test_out_of_scope_by_a_settings_change_archives_once_approved(days):
    days.sync(world_of(user("s")))
    days.settings = replace(ALL, roles=frozenset(("teacher",)))
    assert days.sync(world_of(user("s")), approved=False).status("s") == "active"
    assert days.sync(world_of(user("s"))).status("s") == "archived"


# ---- class lists ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("settings, comes", [
    ({}, True), ({"class_lists": "off"}, False), ({"terms": frozenset()}, False), ({"grades": frozenset()}, False),
    ({"terms": frozenset(("T0",))}, False), ({"schools": frozenset("B")}, False), ({"roles": frozenset()}, False)])
def test_a_class_comes_where_lists_school_term_and_grade_are_chosen(settings, comes):
    world = world_of(user("s"), classes=[class_("K", terms=("T0", "T1"))], enrollments=[seat("e", "s", "K")])
    days = Days(replace(ALL, **settings)).sync(world)
    assert (days.ended("K", "s") is False) == comes == bool(days.rows["lists"])


def test_memberships_go_by_class_person_and_role_not_by_enrollment(days):
    world = world_of(user("s"), user("t", "teacher"), classes=[class_("K")],
                   enrollments=[seat("e", "s", "K"), seat("f", "t", "K", "teacher")])
    days.sync(world)
    assert days.ended("K", "t", "teacher") is False
    world["enrollments"][0] = seat("g", "s", "K")
    days.sync(world, after=3).sync(world)
    assert days.ended("K", "s") is False and len(days.rows["memberships"]) == 2


def test_a_membership_ends_after_its_own_countdown_and_comes_back(days):
    users, classes, seats = [user("s")], [class_("K"), class_("L")], [seat("e", "s", "K"), seat("f", "s", "L")]
    full = world_of(*users, classes=classes, enrollments=seats)
    moved = world_of(*users, classes=classes, enrollments=seats[1:])
    days.sync(full).sync(moved, after=2).sync(moved)
    assert days.ended("K", "s") is False
    days.sync(moved)
    assert (days.ended("K", "s"), days.ended("L", "s")) == (True, False)
    assert days.sync(full).ended("K", "s") is False


def test_a_membership_of_who_has_gone_ends_though_the_account_is_kept():
    full = world_of(user("s"), classes=[class_("K")], enrollments=[seat("e", "s", "K")])
    rest = world_of(classes=[class_("K")], enrollments=[seat("e", "s", "K")])
    days = Days(replace(ALL, missing={})).sync(full).sync(rest, after=3).sync(rest)
    assert (days.status("s"), days.ended("K", "s")) == ("active", True)


def test_an_end_date_is_the_first_day_without_and_a_begin_to_come_is_present(days):
    seats = [seat("e", "s", "K", endDate="2026-10-13"), seat("f", "s", "L", beginDate="2026-12-01")]
    world = world_of(user("s"), classes=[class_("K"), class_("L")], enrollments=seats)
    assert days.sync(world).ended("K", "s") is False and days.ended("L", "s") is False
    assert days.sync(world).ended("K", "s") is True


def test_memberships_end_with_the_term(days):
    world = world_of(user("s"), classes=[class_("K")], enrollments=[seat("e", "s", "K")])
    days.sync(world)
    days.today = date(2027, 1, 1)
    assert days.sync(world).ended("K", "s") is True
