"""Many classes gone and as many come: proposed as a mapping of old ids to new ones, decided whole or in part. An approved pair keeps its list
with all that was said of it, a declined one is two lists; nobody joins or leaves meanwhile."""

import pytest
from support.cli import Cli
from with_plans import PlannedDistrict
from with_reconciler import enrollment, record, school, user

CLASSES = range(1, 7)
PEOPLE = [user(f"u{number}", email=f"u{number}@example.org", identifier=f"n-{number}") for number in CLASSES]


class Lists:
    """Six classes with a code each; in each is one student."""

    def __init__(self, postgres, database, **settings):
        self.district = PlannedDistrict(postgres, database, **settings)
        self.cli = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database), "USER": "kim"})
        self.fields = {number: {"title": f"Class {number}", "classCode": f"A-{number}"} for number in CLASSES}
        self.renamed, self.people, self.prefix, self.other, self.empty = (), PEOPLE, "", "N", ()

    def roster(self):
        ids = {number: f"{self.other}-c{number}" if number in self.renamed else f"c{number}" for number in CLASSES}
        classes = [record(ids[number], **{"course": "k1", "school": "s1", "terms": ["t1"], "grades": ["07"], **fields}) for number, fields in self.fields.items()]
        members = [enrollment(f"e-{self.prefix}{ids[number]}", f"{self.prefix}u{number}", ids[number]) for number in CLASSES if number not in self.empty]
        return school(self.people, members, classes=classes)

    def night(self, days=1, approve=False):
        run = self.district.sync(self.roster(), days=days)
        if approve:
            self.district.approve()
        self.district.compare()
        return run

    def rename(self, *numbers):
        self.renamed = numbers or tuple(CLASSES)

    def rename_people(self):
        """Known by e-mail and number still."""
        self.prefix, self.people = "N-", [{**person, "id": f"N-{person['id']}"} for person in PEOPLE]

    def pairs(self, *words):
        return {(pair["old"], pair["new"]): (pair["by"], pair["confidence"], pair["hold"]) for pair in self.cli.json("rekey", "show", "--district", "maple", *words)
                if pair["role"] == "class"}

    def say(self, *words):
        self.cli.run("rekey", words[0], "--district", "maple", *words[1:], "--yes").ok()
        self.district.decided()

    def lists(self):
        """List → class, of those that are not over."""
        return {row["list_id"]: row["class_id"] for row in self.district.all("SELECT list_id, class_id FROM user_list WHERE ended_on IS NULL")}

    def mapping(self):
        """Class id before → now, of the lists that were there at the start."""
        return {self.start[name]: klass for name, klass in self.lists().items() if name in self.start}


@pytest.fixture
def lists(postgres, database):
    made = []

    def make(**settings):
        made.append(Lists(postgres, database, **settings))
        made[0].night(days=0, approve=True)
        made[0].start = made[0].lists()
        assert len(made[0].start) == len(CLASSES)
        return made[0]
    yield make
    made[0].district.close()


def test_many_classes_under_new_ids_wait_as_a_mapping_and_nobody_joins_or_leaves(lists):
    lists = lists()
    lists.rename()
    for days in (1, 3, 1):
        run = lists.night(days)
    assert lists.pairs() == {(f"c{n}", f"N-c{n}"): ("code+title+course+term+members", 98, "re-keyed") for n in CLASSES}
    assert lists.mapping() == {f"c{n}": f"c{n}" for n in CLASSES} and set(lists.lists()) == set(lists.start)
    assert all(lists.district.members(f"c{n}") == {f"u{n}"} for n in CLASSES)
    assert lists.district.run_row(run)["state"] == "On hold" and {item["hold"] for item in lists.district.items() if item["kind"] in ("join", "rename")} == {"re-keyed"}
    assert "for class N-c1, which was c1" in lists.cli.run("plan", "show", "-d", "maple", "--items", "--kind", "rename").ok().out


def test_an_approved_mapping_keeps_every_list_and_member(lists):
    lists = lists()
    lists.rename()
    lists.night()
    lists.say("approve", "--all")
    assert lists.mapping() == {f"c{n}": f"N-c{n}" for n in CLASSES}
    for days in (1, 3, 1):
        lists.night(days)
    assert lists.district.items() == [] and set(lists.lists()) == set(lists.start) and lists.pairs() == {}
    assert all(lists.district.members(f"N-c{n}") == {f"u{n}"} for n in CLASSES)
    assert lists.district.one("SELECT count(*) FROM membership") == len(CLASSES), "nobody was put on or taken off"


def test_a_mapping_is_approved_in_part_and_the_rest_still_waits(lists):
    lists = lists()
    lists.rename()
    lists.night()
    lists.say("approve", "c1", "N-c2")
    lists.night()
    assert {old for old, _ in lists.pairs()} == {"c3", "c4", "c5", "c6"}, "four are few, but what was held stays held"
    assert lists.mapping() == {**{f"c{n}": f"c{n}" for n in (3, 4, 5, 6)}, "c1": "N-c1", "c2": "N-c2"}
    assert lists.district.members("N-c1") == {"u1"} and lists.district.members("c3") == {"u3"}


def test_classes_wait_on_when_their_people_are_approved_under_new_ids(lists):
    lists = lists()
    lists.fields = {number: {"title": f"Class {number}"} for number in CLASSES}
    lists.night()
    lists.cli.run("class-list", "add", "--district", "maple", "c1", "--person", "u6").ok()
    lists.rename()
    lists.rename_people()
    lists.night()
    assert {confidence for _, confidence, _ in lists.pairs().values()} == {80} and len(lists.pairs()) == len(CLASSES)
    lists.say("approve", "--above", "90")
    assert all(lists.district.account_of(f"N-u{n}") for n in CLASSES), "the people go on"
    assert set(lists.lists()) == set(lists.start) and len(lists.pairs()) == len(CLASSES), "no class got a second list"
    lists.night()
    assert len(lists.pairs()) == len(CLASSES) and lists.mapping() == {f"c{n}": f"c{n}" for n in CLASSES}
    lists.say("approve", "--all")
    for days in (1, 3, 1):
        lists.night(days)
    assert set(lists.lists()) == set(lists.start) and lists.mapping() == {f"c{n}": f"N-c{n}" for n in CLASSES}
    assert all(lists.district.one("SELECT count(*) FROM membership m JOIN user_list u USING (district_id, list_id) WHERE m.ended_on IS NULL AND class_id = %s", f"N-c{n}")
               == (2 if n == 1 else 1) for n in CLASSES), "whoever was added by hand is on the list still"


def test_joins_that_are_approved_wait_for_the_word_on_their_class(lists):
    lists = lists()
    lists.rename()
    lists.night()
    lists.district.approve([item for item in lists.district.items() if item["kind"] in ("join", "end")])
    assert set(lists.lists()) == set(lists.start) and len(lists.pairs()) == len(CLASSES)
    lists.night()
    lists.say("approve", "--all")
    assert lists.mapping() == {f"c{n}": f"N-c{n}" for n in CLASSES}


def test_each_of_two_classes_that_a_list_is_not_stays_another_one(lists):
    lists = lists(approval="always")
    lists.empty = (1,)
    lists.rename(1)
    for lists.other in ("N", "M"):
        lists.night()
        assert set(lists.pairs()) == {("c1", f"{lists.other}-c1")}
        lists.say("decline", "c1", "--reason", "another class")
    for lists.other in ("N", "M"):
        lists.night()
        assert lists.pairs() == {}, lists.other


def test_an_undo_leaves_a_list_with_its_class_and_under_its_name(lists):
    lists = lists(approval="always")
    lists.fields[1]["title"] = "N-c1"
    lists.night(approve=True)
    lists.rename(1)
    run = lists.night()
    lists.say("approve", "--all")
    lists.district.undo(run)
    assert lists.mapping()["c1"] == "N-c1"
    assert lists.district.all("SELECT undone, left_alone FROM undo") == [{"undone": 0, "left_alone": 1}]
    assert lists.district.one("SELECT title FROM user_list WHERE class_id = 'N-c1'") == "N-c1"
    assert lists.district.one("SELECT count(*) FROM declined") == 0, "nothing was refused"


def test_a_declined_pair_is_two_lists(lists):
    lists = lists()
    lists.rename()
    lists.night()
    lists.say("decline", "c1", "--reason", "another class")
    lists.say("approve", "--all")
    for days in (1, 3, 1):
        lists.night(days, approve=True)
    assert lists.pairs() == {} and lists.district.members("N-c1") == {"u1"} and lists.district.members("c1") == set()
    assert set(lists.lists()) - set(lists.start) and lists.mapping() == {f"c{n}": f"N-c{n}" for n in (2, 3, 4, 5, 6)}


def test_a_declined_pair_stays_declined_where_a_night_comes_before_the_word_is_taken_up(lists):
    lists = lists()
    lists.rename()
    lists.night()
    lists.cli.run("rekey", "decline", "--district", "maple", "c1", "c2", "c3", "--reason", "other classes", "--yes").ok()
    lists.rename(1, 2, 3)
    lists.night()
    assert {lists.mapping()[f"c{n}"] for n in (1, 2, 3)} == {"c1", "c2", "c3"}, "three are few, but they were declined"
    lists.district.decided()
    lists.night()
    assert lists.pairs() == {} and {lists.mapping()[f"c{n}"] for n in (1, 2, 3)} == {"c1", "c2", "c3"}


def test_what_waited_in_a_discarded_plan_waits_in_the_next(lists):
    lists = lists()
    lists.rename()
    lists.night()
    lists.say("approve", "c1", "c2", "c3")
    lists.district.discard()
    lists.night()
    assert {old for old, _ in lists.pairs()} == {"c4", "c5", "c6"}, "three are few, but what was held stays held"


def test_classes_of_no_school_are_counted_too(lists):
    lists = lists()
    lists.fields = {number: {"title": f"Class {number}", "classCode": f"A-{number}", "school": None} for number in CLASSES}
    lists.night()
    lists.rename()
    lists.night()
    assert len(lists.pairs()) == len(CLASSES)


def test_a_few_go_on_without_asking(lists):
    lists = lists()
    lists.rename(1, 2, 3, 4)
    lists.night()
    assert lists.district.items() == [] and lists.mapping() == {**{f"c{n}": f"N-c{n}" for n in (1, 2, 3, 4)}, "c5": "c5", "c6": "c6"}


@pytest.mark.parametrize("percent, waits", [(83, True), (84, False)])
def test_a_share_of_a_schools_lists_is_the_limit(lists, percent, waits):
    lists = lists(threshold_rekeyed_percent=percent)
    lists.rename(1, 2, 3, 4, 5)
    lists.night()
    assert bool(lists.pairs()) == waits and lists.mapping()["c1"] == ("c1" if waits else "N-c1")


def test_a_schools_own_number_is_a_limit_too(lists):
    lists = lists(threshold_rekeyed_percent=100)
    lists.district.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, 'school:s1', 'threshold-rekeyed-number', '1', 'test')", [lists.district.id])
    lists.rename(1, 2)
    lists.night()
    assert set(lists.pairs()) == {("c1", "N-c1"), ("c2", "N-c2")}


def test_where_everything_waits_so_does_one_class(lists):
    lists = lists(approval="always")
    lists.rename(1)
    lists.night()
    assert {hold for _, _, hold in lists.pairs().values()} == {"always approve"} and lists.mapping()["c1"] == "c1"
    lists.say("approve", "c1")
    assert lists.mapping()["c1"] == "N-c1"


@pytest.mark.parametrize("setting, hold", [("additions_only", "additions only"), ("blackout_dates", "blackout date")])
def test_a_list_goes_on_once_a_setting_puts_it_off_no_more(lists, setting, hold):
    lists = lists()
    today = lists.district.one("SELECT local_date(time_zone)::text FROM district")
    lists.district.set(**{setting: True if setting == "additions_only" else [today]})
    lists.rename(1)
    for _ in range(2):
        lists.night(days=0)
        assert {pair: why for pair, (_, _, why) in lists.pairs().items()} == {("c1", "N-c1"): hold}
        assert set(lists.lists()) == set(lists.start) and lists.mapping()["c1"] == "c1"
    lists.district.set(**{setting: False if setting == "additions_only" else []})
    lists.night(days=0)
    assert lists.mapping()["c1"] == "N-c1" and lists.district.items() == []


def test_a_class_with_another_code_waits_whatever_else_agrees(lists):
    lists = lists()
    lists.rename(1)
    lists.fields[1] = {"title": "Class 1", "classCode": "B-1"}
    lists.night()
    assert lists.pairs() == {("c1", "N-c1"): ("title+course+term+members", 69, "re-keyed")}


def test_sections_that_nothing_tells_apart_are_listed_and_no_pair(lists):
    lists = lists()
    lists.fields = {number: {"title": "Algebra" if number < 3 else f"Class {number}"} for number in CLASSES}
    lists.night()
    lists.district.admin.execute("UPDATE membership SET ended_on = began_on, origin = 'hand' FROM user_list u WHERE u.list_id = membership.list_id AND u.class_id IN ('c1', 'c2')")
    lists.rename(1, 2)
    lists.night()
    assert lists.pairs() == {(f"c{old}", f"N-c{new}"): ("title+course+term", 80, "no pair: several classes") for old in (1, 2) for new in (1, 2)}
    assert lists.pairs("--above", "81") == {} and lists.cli.run("rekey", "approve", "--district", "maple", "c1", "--yes").status == 3


def test_its_members_tell_one_section_from_another(lists):
    lists = lists()
    lists.fields = {number: {"title": "Algebra" if number < 3 else f"Class {number}"} for number in CLASSES}
    lists.night()
    lists.rename(1, 2)
    lists.night()
    assert lists.mapping() == {"c1": "N-c1", "c2": "N-c2", **{f"c{n}": f"c{n}" for n in (3, 4, 5, 6)}}


def test_next_years_class_is_another_one(lists):
    lists = lists()
    lists.rename(1)
    lists.fields[1]["terms"] = ["t2"]
    roster = lists.roster()
    roster["academicSessions"] = [*roster["academicSessions"], record("t2", title="Next", type="term", startDate="2027-08-01", endDate="2099-06-30")]
    lists.district.sync(roster, days=1)
    assert lists.pairs() == {} and lists.mapping()["c1"] == "c1"


def test_a_test_sync_shows_what_the_plan_would_do_and_leaves_lists_and_marks(lists):
    lists = lists()
    lists.rename(1, 2)
    before = lists.district.all("SELECT list_id, class_id, version FROM user_list ORDER BY 1"), lists.district.all("SELECT account_id, version FROM account ORDER BY 1")
    told = lists.district.one("SELECT max(outbox_id) FROM outbox")
    run = lists.district.sync(lists.roster(), days=1, test=True)
    items = lists.district.all("SELECT i.kind FROM plan_item i JOIN plan p USING (plan_id) WHERE p.run_id = %s", run)
    assert items == [], "nobody would join or leave, since the lists go on"
    after = lists.district.all("SELECT list_id, class_id, version FROM user_list ORDER BY 1"), lists.district.all("SELECT account_id, version FROM account ORDER BY 1")
    assert after == before and lists.district.one("SELECT count(*) FROM list_class_before") == 0
    assert lists.district.one("SELECT count(*) FROM outbox WHERE topic = 'list.changed' AND outbox_id > %s", told) == 0, "nothing has changed"
    lists.rename()
    run = lists.district.sync(lists.roster(), days=1, test=True)
    assert lists.district.one("SELECT count(*) FROM plan_item i JOIN plan p USING (plan_id) WHERE p.run_id = %s AND kind = 'rename' AND hold = 're-keyed'", run) == len(CLASSES)
    assert len(lists.pairs()) == len(CLASSES) and lists.mapping()["c1"] == "c1"


def test_the_canary_schools_turn_holds_classes_of_others_back(lists):
    lists = lists()
    lists.district.set(canary_school=["elsewhere"], archive_students="archive", archive_after_days=0)
    roster = lists.roster()
    for days in (1, 1):
        lists.district.sync({**roster, "users": roster["users"][:-1]}, days=days)
    lists.district.sync({**roster, "users": [*roster["users"][:-1], user("u9", email="u9@example.org")]}, days=1)
    assert "canary school" in {item["hold"] for item in lists.district.items()}
    lists.rename(1)
    lists.night()
    assert {pair for pair in lists.pairs()} == {("c1", "N-c1")} and lists.mapping()["c1"] == "c1"
