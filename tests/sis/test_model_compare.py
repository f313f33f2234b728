"""Comparing rows of the database with the model, and the model on generated districts."""

from dataclasses import replace

import pytest

from sis.evolve import evolve
from sis.generate import make_district
from sis.handmade import ALL, DAY, Days, class_, family, seat, world_of
from sis.model import Directory, compare
from sis.model_compare import read_rows


# ---- comparing -----------------------------------------------------------------------------------------------------

def _as_rows(expected):
    """What the database would hold if it were as expected, with ids of its own."""
    ids = {key: number for number, key in enumerate(expected["accounts"])}
    lists = {key: number for number, key in enumerate(expected["lists"])}
    ended = {True: DAY, False: None}
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
def _synced():
    world = world_of(*family("s", "p"), classes=[class_("K")], enrollments=[seat("e", "s", "K")])
    return Days().sync(world).rows


def test_a_directory_as_expected_has_no_differences(synced):
    assert compare(synced, _as_rows(synced)) == []


@pytest.mark.parametrize("table, change, words", [
    ("account", {"given_name": "?"}, "account s: given_name is '?', should be 'G-s'"),
    ("account", {"status": "archived"}, "account s: status is 'archived', should be 'active'"),
    ("account_role", {"school_id": "B"}, "account s: roles is [('student', 'B')], should be [('student', 'A')]"),
    ("account_role", {"ended_on": DAY}, "account s: roles is [], should be [('student', 'A')]"),
    ("account_link", {"sourced_id": "z"}, "account z should not be there"),
    ("guardianship", {"relation": "aunt"}, "guardianship p / s: relation is 'aunt', should be 'parent'"),
    ("guardianship", {"ended_on": DAY}, "guardianship p / s: ended is True, should be False"),
    ("user_list", {"title": "?"}, "list K: title is '?', should be 'Class K'"),
    ("membership", {"ended_on": DAY}, "membership K / s / student: ended is True, should be False"),
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
            columns, table = text.partition(" ORDER BY ")[0].removeprefix("SELECT ").split(" FROM ")
            self.found = [tuple(row.get(name) for name in columns.split(", ")) for row in rows[table]]

        def fetchall(self):
            return self.found
    assert compare(synced, read_rows(Cursor())) == []


# ---- generated districts -------------------------------------------------------------------------------------------

def test_five_days_of_a_generated_district_hold_together():
    world = make_district(5, students=150, schools=3)
    schools = frozenset(org["sourcedId"] for org in world["orgs"])
    settings = replace(ALL, schools=schools, terms=frozenset(("201", "302")), grades=frozenset(("03", "07", "10")))
    directory = Directory()
    for day in range(5):
        rows = directory.apply_day(world, settings, world.today)
        linked = [sid for key in rows["accounts"] for sid in key]
        assert len(linked) == len(set(linked)) and compare(rows, _as_rows(rows)) == []
        world = evolve(world, day, changed=0.02, leave=4 if day == 0 else 0, new=2)
    everybody = [state["status"] for state in rows["accounts"].values()]
    assert everybody.count("archived") >= 4
    assert any(len(key) > 1 for key in rows["accounts"]) and rows["memberships"]
