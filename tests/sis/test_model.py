"""The model of the directory, on districts of a few people over a few days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sis.evolve import evolve
from sis.generate import make_district
from sis.model import EVERYTHING, Directory, Settings, compare
from sis.model_compare import read_rows
from sis.world import World, reference

_DAY = date(2026, 10, 12)
_ALL = Settings(**EVERYTHING, schools=frozenset(("A", "B")), existing="update",
                missing=dict.fromkeys(("student", "teacher", "staff", "administrator"), "archive"),
                class_lists="all", terms=frozenset(("T1",)), grades=frozenset(("01", "02")))


def _record(sid, **fields):
    return {"sourcedId": sid, "status": "active", "dateLastModified": "2026-10-12T02:00:00.000Z", **fields}


def _user(sid, role="student", org="A", **fields):
    """A user whose name, e-mail and phone are its own unless said otherwise."""
    base = {"givenName": f"G-{sid}", "familyName": "F", "email": f"{sid}@x.example", "username": sid, "role": role,
            "orgs": [reference("org", org)]}
    return _record(sid, **{**base, **fields})


def _family(student, guardian, **fields):
    """A student and a guardian who name each other."""
    return [_user(student, agents=[reference("user", guardian)]),
            _user(guardian, "parent", agents=[reference("user", student)], **fields)]


def _class(sid, school="A", terms=("T1",), grades=("01",)):
    return _record(sid, title=f"Class {sid}", school=reference("org", school), grades=list(grades),
                   terms=[reference("academicSession", term) for term in terms])


def _seat(sid, user, class_id, role="student", **fields):
    return _record(sid, user=reference("user", user), role=role, **{"class": reference("class", class_id)}, **fields)


def _world(*users, classes=(), enrollments=()):
    world = World(0, _DAY)
    world["orgs"].extend([_record("A", name="A", type="school"), _record("B", name="B", type="school")])
    world["academicSessions"].extend([
        _record("T1", title="Now", type="term", startDate="2026-08-01", endDate="2027-01-01"),
        _record("T0", title="Then", type="term", startDate="2026-01-01", endDate="2026-08-01")])
    world["users"].extend(users)
    world["classes"].extend(classes)
    world["enrollments"].extend(enrollments)
    return world


class _Days:
    """A directory that is synced day after day."""

    def __init__(self, settings=_ALL):
        self.directory = Directory()
        self.settings = settings
        self.today = _DAY
        self.rows = None

    def sync(self, world, after=1, **options):
        """The sync of a later day."""
        self.rows = self.directory.apply_day(world, self.settings, self.today, **options)
        self.today += timedelta(days=after)
        return self

    def account(self, *sids):
        """The account of exactly these records, or None."""
        return self.rows["accounts"].get(frozenset(sids))

    def status(self, *sids):
        """Whether it is active or archived."""
        return self.account(*sids)["status"]

    def ended(self, class_id, sid, role="student"):
        """Whether a membership has ended; None where there never was one."""
        found = self.rows["memberships"].get((class_id, frozenset((sid,)), role))
        return found and found["ended"]


@pytest.fixture(name="days")
def _days():
    return _Days()


# ---- who is rostered -----------------------------------------------------------------------------------------------------

def test_nothing_comes_until_something_is_chosen():
    world = _world(_user("s"), _user("t", "teacher"), *_family("c", "p"))
    assert Directory().apply_day(world, Settings(), _DAY)["accounts"] == {}
    assert Directory().apply_day(world, replace(_ALL, schools=frozenset()), _DAY)["accounts"] == {}


@pytest.mark.parametrize("role, source_role", [
    ("student", "student"), ("teacher", "teacher"), ("staff", "aide"), ("staff", "proctor"),
    ("administrator", "administrator")])
def test_each_role_has_its_own_switch(role, source_role):
    world = _world(_user("u", source_role))
    for chosen in ("student", "teacher", "staff", "administrator"):
        days = _Days(replace(_ALL, roles=frozenset((chosen,)))).sync(world)
        assert (days.account("u") is not None) == (chosen == role)
    assert days.settings.role_of(_user("u", "wizard")) is None


def test_the_role_map_sends_an_aide_where_the_owner_says():
    settings = replace(_ALL, role_map={**_ALL.role_map, "aide": "teacher"})
    assert _Days(settings).sync(_world(_user("u", "aide"))).account("u")["roles"] == {("teacher", "A")}


def test_only_chosen_schools_come_and_only_roles_there():
    settings = replace(_ALL, schools=frozenset("A"))
    both = _user("t", "teacher", orgs=[reference("org", "A"), reference("org", "B")])
    days = _Days(settings).sync(_world(both, _user("s", org="B")))
    assert days.account("t")["roles"] == {("teacher", "A")} and days.account("s") is None


def test_guardians_come_with_their_rostered_students_alone():
    world = _world(*_family("s", "p"), *_family("x", "q", org="B"), _user("n", "guardian"))
    world["users"][2]["orgs"] = [reference("org", "B")]
    for kind, switch in (("account", "accounts"), ("contact", "contacts")):
        days = _Days(replace(_ALL, schools=frozenset("A"), guardians=switch)).sync(world)
        assert days.account("p")["kind"] == kind
        assert days.account("q") is None and days.account("n") is None
        assert days.rows["guardianships"] == {
            (frozenset("p"), frozenset("s")): {"relation": "parent", "ended": False}}
    assert _Days(replace(_ALL, guardians="off")).sync(world).account("p") is None


def test_a_guardianship_told_by_one_side_is_enough():
    student, guardian = _family("s", "p")
    for world in (_world({**student, "agents": []}, guardian), _world(student, {**guardian, "agents": []})):
        assert _Days().sync(world).rows["guardianships"]


# ---- several records, one person -------------------------------------------------------------------------------------------

_SAME = {"givenName": "Ada", "familyName": "Holm", "email": "ada@x.example", "phone": "1"}


def test_records_with_the_same_name_email_and_phone_are_one_account_with_all_roles(days):
    student, guardian = _family("s", "p", **_SAME)
    days.sync(_world(student, guardian, _user("t", "teacher", org="B", **_SAME)))
    assert days.account("p", "t")["roles"] == {("guardian", "A"), ("teacher", "B")}
    assert (frozenset(("p", "t")), frozenset("s")) in days.rows["guardianships"]


@pytest.mark.parametrize("other", [{"email": "b@x.example"}, {"phone": "2"}, {"givenName": "Eda"}, {"familyName": "H"}])
def test_any_difference_keeps_records_apart(days, other):
    days.sync(_world(_user("t", "teacher", **_SAME), _user("u", "aide", **{**_SAME, **other})))
    assert days.account("t") and days.account("u")


@pytest.mark.parametrize("left, joined", [({"phone": ""}, True), ({"email": ""}, True), ({"phone": "", "email": ""}, False)])
def test_one_of_email_and_phone_must_not_be_empty(days, left, joined):
    same = {**_SAME, **left}
    days.sync(_world(_user("t", "teacher", **same), _user("u", "aide", **same)))
    assert (days.account("t", "u") is not None) == joined


def test_students_join_with_nobody(days):
    days.sync(_world(_user("s", **_SAME), _user("r", **_SAME), _user("t", "teacher", **_SAME)))
    assert days.account("s") and days.account("r") and days.account("t")


def test_a_record_that_comes_later_joins_and_one_that_changes_stays_joined(days):
    teacher, aide = _user("t", "teacher", **_SAME), _user("u", "aide", **_SAME)
    days.sync(_world(teacher)).sync(_world(teacher, aide))
    assert days.account("t", "u")["roles"] == {("teacher", "A"), ("staff", "A")}
    days.sync(_world(teacher, {**aide, "phone": "2"}))
    assert days.account("t", "u")


def test_accounts_that_become_alike_stay_two(days):
    teacher, aide = _user("t", "teacher", **_SAME), _user("u", "aide", **{**_SAME, "phone": "2"})
    days.sync(_world(teacher, aide)).sync(_world(teacher, {**aide, "phone": "1"}))
    assert days.account("t") and days.account("u")


def test_an_older_value_of_an_account_only_blocks():
    teacher = _user("t", "teacher", **_SAME)
    days = _Days(replace(_ALL, existing="skip")).sync(_world(teacher))
    days.sync(_world({**teacher, "phone": "2"}, _user("u", "aide", **_SAME)))
    assert list(days.rows["accounts"]) == [frozenset("t")]


# ---- values ------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("existing, expected", [("skip", ("G-s", {("student", "A")}, ["01"])),
                                                ("update", ("New", {("student", "B")}, ["02"]))])
def test_skip_writes_nothing_and_update_what_changed(existing, expected):
    days = _Days(replace(_ALL, existing=existing)).sync(_world(_user("s", grades=["01"], phone="1")))
    days.sync(_world(_user("s", org="B", givenName="New", grades=["02"])))
    account = days.account("s")
    assert (account["given_name"], account["roles"], account["grades"]) == expected
    assert account["phone"] == ("1" if existing == "skip" else None)


def test_a_plan_that_is_not_approved_changes_nothing_and_is_made_again(days):
    days.sync(_world(_user("s")), approved=False)
    assert days.rows["accounts"] == {}
    assert days.sync(_world(_user("s"))).account("s")


def test_an_unreadable_record_creates_nothing_changes_nothing_and_is_present(days):
    world = _world(_user("s"), _user("r"))
    days.sync(world, unreadable={"users": ["r"]})
    assert days.account("s") and days.account("r") is None
    for _ in range(5):
        days.sync(_world(_user("s", givenName="New")), unreadable={"users": ["s"]})
    assert (days.status("s"), days.account("s")["given_name"]) == ("active", "G-s")


def test_of_two_copies_the_later_counts(days):
    late = {**_user("s", givenName="Late"), "dateLastModified": "2026-10-12T03:00:00.000Z"}
    assert days.sync(_world(late, _user("s"))).account("s")["given_name"] == "Late"


# ---- disappearing ------------------------------------------------------------------------------------------------------------

def _gone_after(days, gaps, **options):
    """The statuses of s after each sync without it; gaps: dates from each sync to the next."""
    days.sync(_world(_user("s"), _user("r")))
    found = []
    for gap in gaps:
        found.append(days.sync(_world(_user("r")), after=gap, **options).status("s"))
    return found


def test_two_sealed_snapshots_three_dates_apart_archive(days):
    assert _gone_after(days, [1, 1, 1, 1]) == ["active", "active", "active", "archived"]


def test_two_snapshots_are_needed_whatever_the_time(days):
    assert _gone_after(days, [30, 1]) == ["active", "archived"]


def test_many_snapshots_do_not_replace_the_dates(days):
    assert _gone_after(days, [0, 0, 0, 2, 1, 1]) == ["active"] * 5 + ["archived"]


def test_unsealed_snapshots_do_not_count(days):
    assert _gone_after(days, [3, 3, 3], unsealed=["users"]) == ["active"] * 3
    days.sync(_world(_user("r")), after=3)
    assert days.sync(_world(_user("r"))).status("s") == "archived"


def test_a_sight_ends_the_countdown(days):
    days.sync(_world(_user("s"))).sync(_world(), after=2).sync(_world(_user("s")), after=2)
    assert days.sync(_world(), after=2).status("s") == "active"
    assert days.sync(_world(), after=1).status("s") == "active"
    assert days.sync(_world()).status("s") == "archived"


@pytest.mark.parametrize("status", ["tobedeleted", "toBeDeleted", "to_be_deleted", "inactive"])
def test_an_explicit_delete_goes_by_the_same_countdown(days, status):
    gone = {**_user("s"), "status": status}
    days.sync(_world(_user("s"))).sync(_world(gone), after=3)
    assert days.status("s") == "active" and days.sync(_world(gone)).status("s") == "archived"


def test_keep_archives_nobody():
    days = _Days(replace(_ALL, missing={"teacher": "archive"}))
    assert _gone_after(days, [3, 3, 3]) == ["active"] * 3


def test_who_has_two_roles_is_archived_only_where_both_say_so():
    users = [_user("t", "teacher", **_SAME), _user("u", "aide", **_SAME)]
    for missing, expected in (({"teacher": "archive"}, "active"), ({"teacher": "archive", "staff": "archive"}, "archived")):
        days = _Days(replace(_ALL, missing=missing)).sync(_world(*users)).sync(_world(), after=3).sync(_world())
        assert days.status("t", "u") == expected


def test_one_record_that_stays_keeps_the_account_and_the_other_role_ends(days):
    users = [_user("t", "teacher", **_SAME), _user("u", "aide", **_SAME)]
    days.sync(_world(*users)).sync(_world(users[0]), after=3)
    assert days.account("t", "u")["roles"] == {("teacher", "A"), ("staff", "A")}
    days.sync(_world(users[0]))
    assert (days.status("t", "u"), days.account("t", "u")["roles"]) == ("active", {("teacher", "A")})


def test_guardians_follow_their_students(days):
    family = _family("s", "p")
    days.sync(_world(*family)).sync(_world(family[1]), after=3)
    assert (days.status("p"), days.status("s")) == ("active", "active")
    days.sync(_world({**family[1], "agents": []}))
    assert (days.status("p"), days.status("s")) == ("archived", "archived")
    assert days.rows["guardianships"][frozenset("p"), frozenset("s")]["ended"]


def test_a_guardian_of_two_stays_with_the_other_child(days):
    both = _user("p", "parent", agents=[reference("user", "s"), reference("user", "r")])
    days.sync(_world(_user("s"), _user("r"), both)).sync(_world(_user("r"), both), after=3).sync(_world(_user("r"), both))
    assert (days.status("p"), days.status("s")) == ("active", "archived")
    assert [state["ended"] for state in days.rows["guardianships"].values()].count(True) == 1


def test_who_returns_is_restored_with_what_they_had(days):
    family, seat = _family("s", "p"), _seat("e", "s", "K")
    full = _world(*family, classes=[_class("K")], enrollments=[seat])
    empty = _world(classes=[_class("K")])
    before = days.sync(full).rows
    days.sync(empty, after=3).sync(empty)
    assert (days.status("s"), days.status("p"), days.ended("K", "s")) == ("archived", "archived", True)
    assert days.sync(full).rows == before


def test_out_of_scope_by_a_settings_change_archives_once_approved(days):
    days.sync(_world(_user("s")))
    days.settings = replace(_ALL, roles=frozenset(("teacher",)))
    assert days.sync(_world(_user("s")), approved=False).status("s") == "active"
    assert days.sync(_world(_user("s"))).status("s") == "archived"


# ---- class lists -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("settings, comes", [
    ({}, True), ({"class_lists": "off"}, False), ({"terms": frozenset()}, False), ({"grades": frozenset()}, False),
    ({"terms": frozenset(("T0",))}, False), ({"schools": frozenset("B")}, False), ({"roles": frozenset()}, False)])
def test_a_class_comes_where_lists_school_term_and_grade_are_chosen(settings, comes):
    world = _world(_user("s"), classes=[_class("K", terms=("T0", "T1"))], enrollments=[_seat("e", "s", "K")])
    days = _Days(replace(_ALL, **settings)).sync(world)
    assert (days.ended("K", "s") is False) == comes == bool(days.rows["lists"])


def test_memberships_go_by_class_person_and_role_not_by_enrollment(days):
    world = _world(_user("s"), _user("t", "teacher"), classes=[_class("K")],
                   enrollments=[_seat("e", "s", "K"), _seat("f", "t", "K", "teacher")])
    days.sync(world)
    assert days.ended("K", "t", "teacher") is False
    world["enrollments"][0] = _seat("g", "s", "K")
    days.sync(world, after=3).sync(world)
    assert days.ended("K", "s") is False and len(days.rows["memberships"]) == 2


def test_a_membership_ends_after_its_own_countdown_and_comes_back(days):
    users, classes, seats = [_user("s")], [_class("K"), _class("L")], [_seat("e", "s", "K"), _seat("f", "s", "L")]
    full = _world(*users, classes=classes, enrollments=seats)
    moved = _world(*users, classes=classes, enrollments=seats[1:])
    days.sync(full).sync(moved, after=2).sync(moved)
    assert days.ended("K", "s") is False
    days.sync(moved)
    assert (days.ended("K", "s"), days.ended("L", "s")) == (True, False)
    assert days.sync(full).ended("K", "s") is False


def test_a_membership_of_who_has_gone_ends_though_the_account_is_kept():
    full = _world(_user("s"), classes=[_class("K")], enrollments=[_seat("e", "s", "K")])
    rest = _world(classes=[_class("K")], enrollments=[_seat("e", "s", "K")])
    days = _Days(replace(_ALL, missing={})).sync(full).sync(rest, after=3).sync(rest)
    assert (days.status("s"), days.ended("K", "s")) == ("active", True)


def test_an_end_date_is_the_first_day_without_and_a_begin_to_come_is_present(days):
    seats = [_seat("e", "s", "K", endDate="2026-10-13"), _seat("f", "s", "L", beginDate="2026-12-01")]
    world = _world(_user("s"), classes=[_class("K"), _class("L")], enrollments=seats)
    assert days.sync(world).ended("K", "s") is False and days.ended("L", "s") is False
    assert days.sync(world).ended("K", "s") is True


def test_memberships_end_with_the_term(days):
    world = _world(_user("s"), classes=[_class("K")], enrollments=[_seat("e", "s", "K")])
    days.sync(world)
    days.today = date(2027, 1, 1)
    assert days.sync(world).ended("K", "s") is True


# ---- comparing -----------------------------------------------------------------------------------------------------------------

def _as_rows(expected):
    """What the database would hold if it were as expected, with ids of its own."""
    ids = {key: number for number, key in enumerate(expected["accounts"])}
    lists = {key: number for number, key in enumerate(expected["lists"])}
    ended = {True: _DAY, False: None}
    rows = {"account": [], "account_role": [], "account_link": []}
    for key, account in expected["accounts"].items():
        fields = {name: value for name, value in account.items() if name != "roles"}
        rows["account"].append({"account_id": ids[key], **fields})
        rows["account_link"] += [{"account_id": ids[key], "sourced_id": sid} for sid in key]
        rows["account_role"] += [{"account_id": ids[key], "role": role, "school_id": school, "ended_on": None}
                                 for role, school in account["roles"]]
    rows["guardianship"] = [{"guardian_id": ids[a], "student_id": ids[b], "relation": state["relation"],
                             "ended_on": ended[state["ended"]]} for (a, b), state in expected["guardianships"].items()]
    rows["user_list"] = [{"list_id": lists[key], **row} for key, row in expected["lists"].items()]
    rows["membership"] = [{"list_id": lists[c], "account_id": ids[a], "role": role, "ended_on": ended[state["ended"]]}
                          for (c, a, role), state in expected["memberships"].items()]
    return rows


@pytest.fixture(name="synced")
def _synced(days):
    world = _world(*_family("s", "p"), classes=[_class("K")], enrollments=[_seat("e", "s", "K")])
    return days.sync(world).rows


def test_a_directory_as_expected_has_no_differences(synced):
    assert compare(synced, _as_rows(synced)) == []


@pytest.mark.parametrize("table, change, words", [
    ("account", {"given_name": "?"}, "account s: given_name is '?', should be 'G-s'"),
    ("account", {"status": "archived"}, "account s: status is 'archived', should be 'active'"),
    ("account_role", {"school_id": "B"}, "account s: roles is [('student', 'B')], should be [('student', 'A')]"),
    ("account_role", {"ended_on": _DAY}, "account s: roles is [], should be [('student', 'A')]"),
    ("account_link", {"sourced_id": "z"}, "account z should not be there"),
    ("guardianship", {"relation": "aunt"}, "guardianship p / s: relation is 'aunt', should be 'parent'"),
    ("guardianship", {"ended_on": _DAY}, "guardianship p / s: ended is True, should be False"),
    ("user_list", {"title": "?"}, "list K: title is '?', should be 'Class K'"),
    ("membership", {"ended_on": _DAY}, "membership K / s / student: ended is True, should be False"),
    ("membership", {"role": "teacher"}, "membership K / s / teacher should not be there"),
])
def test_each_difference_is_said_in_words(synced, table, change, words):
    rows = _as_rows(synced)
    rows[table][-1] = {**rows[table][-1], **change}
    assert words in compare(synced, rows)


def test_rows_that_are_missing_or_too_many_are_named_and_many_are_only_counted(synced):
    rows = _as_rows(synced)
    nothing = {table: [] for table in rows}
    assert "account p is missing" in compare(synced, nothing)
    assert compare(synced, nothing, most=1)[-1] == "… and 4 more"
    nobody = Directory().rows()
    assert "account s should not be there" in compare(nobody, rows)


def test_columns_can_be_left_out_and_empty_is_no_value(synced):
    rows = _as_rows(synced)
    rows["user_list"][0]["title"] = "?"
    rows["account"][0]["phone"] = ""
    assert compare(synced, rows, ignore=("title",)) == []


def test_rows_are_read_with_any_cursor(synced):
    rows = _as_rows(synced)

    class Cursor:
        """Gives out rows as tuples."""
        found = ()

        def execute(self, text):
            columns, table = text.removeprefix("SELECT ").split(" FROM ")
            self.found = [tuple(row.get(name) for name in columns.split(", ")) for row in rows[table]]

        def fetchall(self):
            return self.found
    assert compare(synced, read_rows(Cursor())) == []


# ---- generated districts ---------------------------------------------------------------------------------------------------------

def test_five_days_of_a_generated_district_hold_together():
    world = make_district(5, students=150, schools=3)
    schools = frozenset(org["sourcedId"] for org in world["orgs"])
    settings = replace(_ALL, schools=schools, terms=frozenset(("201", "302")), grades=frozenset(("03", "07", "10")))
    directory = Directory()
    for day in range(5):
        rows = directory.apply_day(world, settings, world.today)
        linked = [sid for key in rows["accounts"] for sid in key]
        assert len(linked) == len(set(linked)) and compare(rows, _as_rows(rows)) == []
        world = evolve(world, day, changed=0.02, leave=4 if day == 0 else 0, new=2)
    everybody = [state["status"] for state in rows["accounts"].values()]
    assert everybody.count("archived") >= 4
    assert any(len(key) > 1 for key in rows["accounts"]) and rows["memberships"]
