"""What class lists are called, when they are over, and what a person says of them: names, members added and members taken off, through
undo, renamed classes and another year in the same list. After each night, and at the end of each test, an application that kept lists by what the
feed told of them has exactly those that there are."""

import datetime

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import YEAR, enrollment, record, school, user

ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
TESS = user("t1", role="teacher", familyName="Quill", email="tess@example.org")
ZOE = user("t2", role="teacher", familyName="Abbot", email="zoe@example.org")
STAMPS = iter(f"2026-09-{day:02d}T{hour:02d}:00:00Z" for day in range(2, 29) for hour in range(24))


def class_(sourced_id, title, **fields):
    return record(sourced_id, modified=next(STAMPS), **{"title": title, "course": "k1", "school": "s1", "terms": ["t1"], "grades": ["07"], **fields})


class Lists:
    """Two classes; Ada and Ben are in the first, Ada in the second."""

    def __init__(self, postgres, database, **settings):
        self.district = PlannedDistrict(postgres, database, **settings)
        self.cli = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})
        self.classes = [class_("c1", "Algebra", classCode="A-1", periods=["3"]), class_("c2", "Biology")]
        self.enrollments = [enrollment("e1", "u1", "c1"), enrollment("e2", "u2", "c1"), enrollment("e3", "u1", "c2"), enrollment("e4", "t1", "c1", role="teacher")]
        self.people, self.others = [ADA, BEN, TESS, ZOE], {}
        self.position, self.copy = 0, {}

    def night(self, days=1, approve=True):
        run = self.district.sync(school(self.people, self.enrollments, classes=self.classes, **self.others), days=days)
        if approve:
            self.district.approve()
            self.district.compare()
        self.told()
        return run

    def read(self, list_id):
        """What the API shows of a list and of who is on it."""
        shown = self.district.one("SELECT list_view(u) FROM user_list u WHERE list_id = %s", list_id)
        members = self.district.all("SELECT account_id, role, began_on FROM membership WHERE list_id = %s AND ended_on IS NULL ORDER BY 1, 2", list_id)
        return shown, members

    def told(self):
        """As an application does that keeps lists: reads those that the feed names, and has all then. What it was told: (class, kind, fields)."""
        changes = self.district.all("SELECT position, list_id, data FROM change WHERE list_id IS NOT NULL AND position > %s ORDER BY position", self.position)
        self.position = max([self.position, *(change["position"] for change in changes)])
        self.copy.update((list_id, self.read(list_id)) for list_id in {change["list_id"] for change in changes})
        assert self.copy == {row["list_id"]: self.read(row["list_id"]) for row in self.district.all("SELECT list_id FROM user_list")}
        return sorted((self.copy[change["list_id"]][0]["class"], change["data"]["kind"], *change["data"]["fields"]) for change in changes)

    def names(self):
        return {row["class_id"]: row["title"] for row in self.district.all("SELECT class_id, title FROM user_list")}

    def ended(self):
        return {row["class_id"] for row in self.district.all("SELECT class_id FROM user_list WHERE ended_on IS NOT NULL")}

    def stands(self, run, field="%%"):
        """What an undo of the run would find as the run left it."""
        return [row["stands"] for row in self.district.all("SELECT stands FROM undo_entries(%s, NULL, NULL, NULL) JOIN history USING (history_id) WHERE field LIKE %s", run,
                                                           field.replace("%%", "%"))]

    def say(self, *words):
        return self.cli.run("class-list", words[0], "--district", "maple", *words[1:])


@pytest.fixture
def lists(postgres, database):
    made = []

    def make(**settings):
        made.append(Lists(postgres, database, **settings))
        return made[0]
    yield make
    made[0].told()
    made[0].district.close()


# ---- names ----

def test_a_list_is_called_as_its_class_until_another_name_is_chosen(lists):
    lists = lists()
    lists.night()
    assert lists.names() == {"c1": "Algebra", "c2": "Biology"}
    lists.district.set(class_list_name="{course} {class-code} ({term}) {teacher} [{period}]")
    run = lists.night()
    assert lists.names() == {"c1": "Course A-1 (Term) Quill [3]", "c2": "Course (Term)"}, "what is not known leaves nothing behind"
    assert lists.district.run_row(run)["counts"]["applied"] == {"rename": 2}


def test_names_are_items_that_are_shown_approved_declined_and_undone(lists):
    lists = lists()
    lists.night()
    lists.district.set(class_list_name="{class} P{period}", approval="always")
    lists.night(approve=False)
    items = sorted(lists.district.items(), key=lambda item: item["old_value"])   # the plan has them by their lists' ids
    assert [(item["kind"], item["old_value"], item["new_value"], item["hold"]) for item in items] == [
        ("rename", "Algebra", "Algebra P3", "always approve"), ("rename", "Biology", "Biology P", "always approve")]
    assert lists.cli.json("plan", "show", "--district", "maple", "--items")["list"][0]["what"].startswith("rename list ")
    lists.district.decide("declined", [items[1]])
    lists.district.approve([items[0]])
    assert lists.names() == {"c1": "Algebra P3", "c2": "Biology"}
    lists.night(approve=False)
    assert lists.district.items() == [], "what was declined stays away"
    run = lists.district.one("SELECT run_id FROM history WHERE kind = 'rename'")
    assert lists.stands(run) == [True]
    named = lists.district.one("SELECT list_id FROM user_list WHERE class_id = 'c1'")
    assert [row["what"] for row in lists.cli.json("plan", "undo", "--run", run, "--dry-run")["list"]] == [f"call list {named} as before"]
    lists.district.undo(run)
    assert lists.names() == {"c1": "Algebra", "c2": "Biology"}
    assert lists.told() == [("c1", "update", "title")]
    lists.night(approve=False)
    assert lists.district.items() == []
    lists.classes[0] = class_("c1", "Algebra II", periods=["4"])
    lists.night(approve=False)
    assert [item["new_value"] for item in lists.district.items()] == ["Algebra II P4"]


def test_an_undo_of_many_memberships_tells_of_each_list_once(lists):
    lists = lists()
    run = lists.night()
    lists.district.undo(run)
    assert lists.told() == [("c1", "members"), ("c2", "members")] and lists.district.members("c1") == set()


def test_two_lists_of_a_school_are_not_called_the_same(lists):
    lists = lists()
    lists.night()
    lists.district.set(class_list_name="{course}")
    lists.night()
    assert lists.names() == {"c1": "Course [A-1]", "c2": "Course [c2]"}


def test_a_list_that_somebody_named_keeps_its_name(lists):
    lists = lists()
    lists.night()
    lists.say("rename", "c1", "--name", "Algebra, mornings").ok()
    assert lists.say("rename", "c1", "--name", "Algebra, mornings").status == 3
    lists.district.set(class_list_name="{class} ({grade})")
    lists.night()
    assert lists.names() == {"c1": "Algebra, mornings", "c2": "Biology (07)"}
    lists.say("rename", "Algebra, mornings", "--follow").ok()
    lists.night()
    assert lists.names()["c1"] == "Algebra (07)"


def test_another_teacher_is_another_name(lists):
    lists = lists(class_list_name="{class} {teacher}")
    lists.night()
    assert lists.names()["c1"] == "Algebra Quill"
    lists.enrollments.append(enrollment("e5", "t2", "c1", role="teacher", primary=True))
    lists.night()
    assert lists.names()["c1"] == "Algebra Abbot"


def test_a_name_follows_whatever_it_is_made_of(lists):
    lists = lists(class_list_name="{course} {school} {term} {teacher} 100%")
    lists.night()
    assert lists.names() == {"c1": "Course School Term Quill 100%", "c2": "Course School Term 100%"}
    moved = {"modified": next(STAMPS)}
    for collection, other, name in (
            ("courses", record("k1", title="Mathematics", org="s1", **moved), "Mathematics School Term Quill 100%"),
            ("orgs", record("s1", name="Hill", type="school", **moved), "Mathematics Hill Term Quill 100%"),
            ("academicSessions", record("t1", title="Autumn", type="term", **YEAR, **moved), "Mathematics Hill Autumn Quill 100%")):
        lists.others[collection] = [other]
        lists.night()
        assert lists.names()["c1"] == name
    lists.people[2] = user("t1", role="teacher", familyName="Marsh", email="tess@example.org", **moved)
    lists.night()
    assert lists.names()["c1"] == "Mathematics Hill Autumn Marsh 100%"
    lists.enrollments[-1] = enrollment("e4", "t1", "c2", role="teacher", **moved)
    lists.night()
    assert lists.names() == {"c1": "Mathematics Hill Autumn 100%", "c2": "Mathematics Hill Autumn Marsh 100%"}


def test_names_are_made_anew_only_where_the_roster_or_the_setting_moved(lists):
    lists = lists(class_list_name="{class} ({grade})")
    lists.night()
    lists.district.admin.execute("UPDATE user_list SET called = 'As before' WHERE class_id = 'c1'")
    lists.night()
    assert lists.names() == {"c1": "As before", "c2": "Biology (07)"}, "what was made stands while nothing moved"
    lists.classes[1] = class_("c2", "Botany")
    lists.night()
    assert lists.names() == {"c1": "Algebra (07)", "c2": "Botany (07)"}
    lists.district.admin.execute("UPDATE user_list SET called = 'As before' WHERE class_id = 'c1'")
    lists.district.set(class_list_name="{class}")
    lists.night()
    lists.district.set(class_list_name="{class}, {grade}")
    lists.night()
    assert lists.names() == {"c1": "Algebra, 07", "c2": "Botany, 07"}


def test_what_was_over_or_has_another_class_is_named_by_what_it_is_made_of_now(lists):
    lists = lists(class_list_name="{class} ({grade})")
    lists.night()
    lists.others["academicSessions"] = [record("t1", modified=next(STAMPS), title="Term", type="term", startDate="2026-08-01", endDate="2026-09-02")]
    lists.night()
    assert lists.ended() == {"c1", "c2"}
    lists.classes[0] = class_("c1", "Algebra II", classCode="A-1")
    lists.night()
    assert lists.names()["c1"] == "Algebra (07)", "a list that is over keeps its name"
    lists.others = {"academicSessions": [record("t1", modified=next(STAMPS), title="Term", type="term", **YEAR)]}
    lists.night()
    lists.night()
    assert lists.names()["c1"] == "Algebra II (07)"
    other_ids(lists, "c1")
    lists.classes[0] = class_("N-c1", "Algebra III", classCode="A-1")
    lists.night()
    assert lists.names() == {"N-c1": "Algebra III (07)", "c2": "Biology (07)"}


@pytest.mark.parametrize("name, why", [("Class", "called the same"), ("{klass}", "no such field"), ("{class", "not closed"), ("class}{class}", "closes nothing"),
                                       ("{class}" + "x" * 100, "at most 100")])
def test_a_name_that_cannot_be_is_refused_when_it_is_set(lists, name, why):
    refused = lists().cli.run("settings", "set", "--district", "maple", f"class-list-name={name}")
    assert refused.status == 2 and why in refused.err


def test_a_name_that_no_screen_can_show_is_refused(lists):
    lists = lists()
    lists.night()
    for name in ("Algebra\n2", "Algebra\x1b[31m", "Algebra \x7f2", "Algebra \u00852", "Algebra \udcff", "  ", "x" * 201):
        assert "a name " in lists.say("rename", "c1", "--name", name).ok(2).err, repr(name)
    lists.say("rename", "c1", "--name", "Álgebra …").ok()
    assert lists.names()["c1"] == "Álgebra …"


# ---- rollover ----

def test_with_its_term_a_list_is_over_and_the_next_years_lists_are_others(lists):
    lists = lists(class_list_terms=["current"])
    lists.night()
    kept = lists.district.all("SELECT list_id, class_id FROM user_list")
    today = lists.district.one("SELECT local_date(time_zone) FROM district")
    lists.others["academicSessions"] = [
        record("t1", modified=next(STAMPS), title="Term", type="term", startDate="2026-08-01", endDate=str(today)),
        record("t2", title="Next", type="term", startDate=str(today), endDate=str(today + datetime.timedelta(days=90)))]
    lists.classes += [class_("d1", "Algebra", terms=["t2"]), class_("d2", "Biology", terms=["t2"])]
    lists.enrollments += [enrollment("f1", "u1", "d1"), enrollment("f2", "u2", "d2")]
    run = lists.night()
    assert lists.ended() == {"c1", "c2"} and lists.district.members("d1") == {"u1"} and lists.district.members("c1") == set()
    assert lists.district.run_row(run)["counts"]["lists"] == {"made": 2, "ended": 2, "rekeyed": 0}
    assert {(row["list_id"], row["class_id"]) for row in kept} <= {(row["list_id"], row["class_id"]) for row in lists.district.all("SELECT list_id, class_id FROM user_list")}
    shown = [row["class_id"] for row in lists.cli.json("class-list", "list", "--district", "maple")]
    assert sorted(shown) == ["d1", "d2"] and len(lists.cli.json("class-list", "list", "--district", "maple", "--ended")) == 4


def test_a_list_that_was_over_begins_again_with_its_class(lists):
    lists = lists()
    lists.night()
    lists.others["academicSessions"] = [record("t1", modified=next(STAMPS), title="Term", type="term", startDate="2026-08-01", endDate="2026-09-02")]
    lists.night()
    assert lists.ended() == {"c1", "c2"}
    lists.others = {}
    lists.others["academicSessions"] = [record("t1", modified=next(STAMPS), title="Term", type="term", **YEAR)]
    lists.night()
    assert lists.ended() == set() and lists.district.members("c1") == {"u1", "u2", "t1"}


def test_a_renamed_class_keeps_its_list(lists):
    lists = lists()
    lists.night()
    before = lists.district.one("SELECT list_id FROM user_list WHERE class_id = 'c1'")
    lists.classes[0] = class_("c1", "Algebra, new", classCode="A-9")
    lists.night()
    assert lists.district.all("SELECT list_id, title, class_code FROM user_list WHERE class_id = 'c1'") == [{"list_id": before, "title": "Algebra, new", "class_code": "A-9"}]


def other_ids(lists, *ids):
    """Some classes, and whoever is in them, under other ids."""
    lists.classes = [{**klass, "id": f"N-{klass['id']}"} if klass["id"] in ids else klass for klass in lists.classes]
    lists.enrollments = [enrollment(f"N-{entry['id']}", entry["user"], f"N-{entry['class']}", role=entry["body"]["role"]) if entry["class"] in ids else entry
                         for entry in lists.enrollments]


def test_a_class_under_another_id_keeps_its_list_with_all_that_was_said_of_it(lists):
    lists = lists()
    run = lists.night()
    before = {row["title"]: row["list_id"] for row in lists.district.all("SELECT list_id, title FROM user_list")}
    lists.say("remove", "c1", "--person", "u2").ok()
    lists.say("add", "c2", "--person", "u2").ok()
    other_ids(lists, "c1", "c2")
    found = lists.night()
    for days in (3, 1, 1):
        lists.night(days)
    assert {row["title"]: row["list_id"] for row in lists.district.all("SELECT list_id, title FROM user_list")} == before
    assert lists.district.members("N-c1") == {"u1", "t1"} and lists.district.members("N-c2") == {"u1", "u2"}
    assert lists.district.run_row(found)["counts"]["lists"] == {"made": 0, "ended": 0, "rekeyed": 2}
    assert lists.district.one("SELECT count(*) FROM history WHERE kind = 'end' AND cause NOT LIKE 'by hand%%'") == 0
    assert sorted(lists.stands(run, "class:%%")) == [False, True, True, True], "all but who was taken off by hand"
    lists.district.undo(run)
    assert lists.district.members("N-c1") == set() and lists.district.members("N-c2") == {"u2"}, "what was joined under the old id is found again"
    lists.night()
    assert lists.district.members("N-c1") == set()


def test_who_left_with_the_old_id_ends_by_the_countdown_and_the_old_id_may_come_back(lists):
    lists = lists()
    lists.night()
    other_ids(lists, "c1")
    lists.enrollments = [entry for entry in lists.enrollments if entry["id"] != "N-e2"]
    lists.night()
    assert lists.district.members("N-c1") == {"u1", "u2", "t1"}
    for days in (3, 1):
        lists.night(days)
    assert lists.district.members("N-c1") == {"u1", "t1"}
    lists.classes = [class_("c1", "Algebra", classCode="A-1"), lists.classes[1]]
    lists.enrollments = [enrollment("r1", "u1", "c1"), enrollment("r2", "t1", "c1", role="teacher")]
    for days in (1, 3, 1):
        lists.night(days)
    assert lists.district.members("c1") == {"u1", "t1"} and lists.district.one("SELECT count(*) FROM user_list") == 2


def test_what_was_said_of_a_class_under_both_ids_is_said_once(lists):
    lists = lists()
    lists.night()
    for who, class_id in (("u1", "c1"), ("u2", "c1"), ("u2", "N-c1")):
        lists.district.admin.execute(
            "INSERT INTO declined (district_id, node, kind, field, waits, by) SELECT a.district_id, 'a:' || a.account_id, 'join', 'class:' || l.source_id || %s, "
            "'later', 'kim' FROM account a JOIN account_link l USING (district_id, account_id) WHERE l.sourced_id = %s", [f":{class_id}:student", who])
    other_ids(lists, "c1")
    lists.night()
    said = lists.district.all("SELECT l.sourced_id, substr(d.field, 44) AS class FROM declined d JOIN account_link l ON d.node = 'a:' || l.account_id ORDER BY 1")
    assert [tuple(row.values()) for row in said] == [("u1", "N-c1:student"), ("u2", "N-c1:student")]
    assert lists.names()["N-c1"] == "Algebra"


def test_classes_that_cannot_be_told_apart_are_new_ones(lists):
    lists = lists()
    lists.night()
    lists.classes = [class_("n1", "Algebra", classCode="A-1"), class_("n2", "Algebra", classCode="A-1"), lists.classes[1]]
    lists.enrollments = [enrollment("f1", "u1", "n1"), enrollment("f2", "u2", "n2"), lists.enrollments[2]]
    for days in (1, 3, 1):
        lists.night(days)
    assert lists.district.members("n1") == {"u1"} and lists.district.members("n2") == {"u2"} and lists.district.members("c1") == set()
    assert lists.ended() == {"c1"}


# ---- a person's word ----

def test_who_was_added_by_hand_stays_and_who_was_taken_off_stays_off(lists):
    lists = lists()
    lists.night()
    lists.say("add", "Biology", "--person", "u2").ok()
    lists.say("remove", "c1", "--person", "u1", "--reason", "moved to another teacher").ok()
    assert lists.say("add", "c2", "--person", "u2").status == lists.say("remove", "c1", "--person", "u1").status == 3
    for days in (1, 3, 1):
        lists.night(days)
    assert lists.district.items() == []
    assert lists.district.members("c1") == {"u2", "t1"} and lists.district.members("c2") == {"u1", "u2"}
    lists.enrollments = [enrollment("x1", "u1", "c1"), *lists.enrollments[1:]]
    for days in (1, 3, 1):
        lists.night(days)
    assert lists.district.members("c1") == {"u2", "t1"}, "nor by another enrollment"
    lists.others["academicSessions"] = [record("t1", modified=next(STAMPS), title="Term", type="term", startDate="2026-08-01", endDate="2026-09-02")]
    lists.night()
    assert lists.district.members("c2") == {"u2"}, "the list is over, who was added by hand is still on it"
    lists.others["academicSessions"] = [record("t1", modified=next(STAMPS), title="Term", type="term", **YEAR)]
    lists.night()
    assert lists.district.members("c1") == {"u2", "t1"} and lists.district.members("c2") == {"u1", "u2"}
    members = lists.cli.json("class-list", "show", "--district", "maple", "c1")["members"]
    assert sorted((member["role"], member["origin"], member["ended_on"] is not None) for member in members) == [
        ("student", "hand", True), ("student", "roster", False), ("teacher", "roster", False)]


def test_a_persons_word_outlives_the_undo_of_the_run_before_and_can_be_taken_back(lists):
    lists = lists()
    run = lists.night()
    lists.say("remove", "c1", "--person", "u1").ok()
    lists.say("add", "c2", "--person", "u2").ok()
    lists.district.undo(run, lists.district.one("SELECT history_id FROM history WHERE kind = 'join' AND run_id = %s AND field LIKE '%%:c1:student' AND account_id = %s",
                                                run, lists.district.account_of("u1")["account_id"]))
    lists.night()
    assert lists.district.members("c1") == {"u2", "t1"}
    lists.say("release", "c1", "--person", "u1").ok()
    lists.say("release", "c2", "--person", "u2").ok()
    assert lists.say("release", "c2", "--person", "u2").status == 3
    for days in (1, 3, 1):
        lists.night(days)
    assert lists.district.members("c1") == {"u1", "u2", "t1"} and lists.district.members("c2") == {"u1"}


def test_who_never_was_on_a_list_can_be_kept_off_it(lists):
    lists = lists()
    lists.night()
    lists.say("remove", "c2", "--person", "u2").ok()
    lists.enrollments.append(enrollment("e9", "u2", "c2", role="aide"))
    lists.night()
    assert lists.district.members("c2") == {"u1"}
    lists.say("add", "c2", "--person", "u2", "--role", "aide").ok()
    assert lists.district.members("c2") == {"u1", "u2"}


def test_a_list_is_named_by_its_id_its_class_or_its_name(lists):
    lists = lists()
    lists.classes[1] = class_("c2", "Algebra")
    lists.night()
    refused = lists.say("show", "Algebra")
    assert refused.status == 2 and "2 class lists" in refused.err
    row = lists.cli.json("class-list", "list", "--district", "maple")[0]
    assert lists.cli.json("class-list", "show", "--district", "maple", row["id"])["class_id"] == row["class_id"]
    assert lists.say("show", "Chemistry").status == 3


# ---- what an application is told ----

def test_an_application_is_told_what_becomes_of_lists_and_of_who_is_on_them(lists):
    lists = lists()
    lists.district.sync(school([ADA, BEN, TESS, ZOE], lists.enrollments, classes=lists.classes))
    assert lists.told() == [], "what waits for somebody is not there yet"
    lists.district.approve()
    assert lists.told() == [("c1", "create"), ("c1", "members"), ("c2", "create"), ("c2", "members")]
    lists.district.sync(school([ADA, BEN, TESS, ZOE], lists.enrollments, classes=lists.classes), days=1)
    assert lists.told() == [], "nothing new, nothing told"

    lists.say("rename", "c1", "--name", "Mornings").ok()
    assert lists.told() == [("c1", "update", "title")]
    lists.say("add", "c2", "--person", "u2").ok()
    lists.say("remove", "c1", "--person", "t1").ok()
    assert lists.told() == [("c1", "members"), ("c2", "members")]
    lists.say("remove", "c2", "--person", "t2").ok()
    lists.say("release", "c2", "--person", "u2").ok()
    assert lists.told() == [], "who was never on it, and whose word it is that somebody is, changes nothing for the application"


def test_an_application_is_told_of_a_list_that_follows_its_class_ends_and_begins_again(lists):
    lists = lists()
    lists.night()
    at = lists.position
    told = lambda: lists.district.all("SELECT position, data->>'kind' AS kind, data->'fields' AS fields FROM change WHERE position > %s AND list_id IS NOT NULL", at)  # noqa: E731
    other_ids(lists, "c1")
    lists.classes[0] = {**lists.classes[0], "body": {**lists.classes[0]["body"], "grades": ["07", "08"]}}
    lists.night()
    assert sorted(name for row in told() for name in row["fields"]) == ["class", "grades"] and {row["kind"] for row in told()} == {"update"}
    at = lists.position
    term = lambda end: [record("t1", modified=next(STAMPS), title="Term", type="term", startDate="2026-08-01", endDate=str(end))]  # noqa: E731
    today = lists.district.one("SELECT local_date(time_zone) FROM district")
    lists.others["academicSessions"] = term(today - datetime.timedelta(days=30))
    lists.night()
    assert sorted((row["kind"], *row["fields"]) for row in told()) == [("end", "ended_on")] * 2 + [("members",)] * 2
    at = lists.position
    lists.others["academicSessions"] = term(today + datetime.timedelta(days=90))
    run = lists.night()
    assert sorted((row["kind"], *row["fields"]) for row in told()) == [("members",)] * 2 + [("restore", "ended_on")] * 2
    at = lists.position
    lists.district.undo(run)
    assert {row["kind"] for row in told()} == {"members"}, "who was put back on them by the run is off again"
