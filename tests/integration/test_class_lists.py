"""Class lists over several days: which terms they come for, how they begin and end with them, and what is said where the choice is not
what the owner can have meant."""

import datetime

import pytest
from with_plans import PlannedDistrict
from with_reconciler import enrollment, record, school, user

WEST, EAST = "Etc/GMT+12", "Pacific/Kiritimati"  # 26 hours apart: it is always a later date in the east


def clock(district, zone):
    return district.one("UPDATE district SET time_zone = %s RETURNING local_date(time_zone)", zone)


def term(sourced_id, begins, ends, title=None, **fields):
    return record(sourced_id, title=title or sourced_id, type="term", startDate=str(begins), endDate=str(ends), **fields)


def class_(sourced_id, *terms, **fields):
    return record(sourced_id, **{"title": sourced_id.title(), "course": "k1", "school": "s1", "terms": list(terms), "grades": ["07"], **fields})


ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")


class Year:
    """A district with an old, a running and two later terms, a class in each, and Ada and Ben in all of them."""

    def __init__(self, postgres, database, **settings):
        self.district = PlannedDistrict(postgres, database, **settings)
        self.today = clock(self.district, WEST)
        day = datetime.timedelta(days=1)
        self.sessions = [term("old", self.today - 90 * day, self.today - 10 * day), term("now", self.today - 10 * day, self.today + 90 * day),
                         term("soon", self.today + day, self.today + 100 * day), term("late", self.today + 100 * day, self.today + 200 * day)]
        self.classes = [class_(f"c-{session['id']}", session["id"]) for session in self.sessions]
        self.enrollments = [enrollment(f"e-{who}-{klass['id']}", who, klass["id"]) for who in ("u1", "u2") for klass in self.classes]

    def roster(self):
        return school([ADA, BEN], self.enrollments, academicSessions=self.sessions, classes=self.classes)

    def night(self, days=0):
        run = self.district.sync(self.roster(), days=days)
        self.district.approve()
        self.district.compare()
        return run

    def lists(self):
        return {row["class_id"] for row in self.district.all("SELECT DISTINCT class_id FROM user_list JOIN membership USING (district_id, list_id) WHERE membership.ended_on IS NULL")}

    def warned(self, run):
        return {row["rule"] for row in self.district.findings(run) if row["rule"].startswith("classes.")}


@pytest.fixture
def year(postgres, database):
    years = []

    def make(**settings):
        years.append(Year(postgres, database, **settings))
        return years[0]
    yield make
    years[0].district.close()


@pytest.mark.parametrize("terms, lists", [
    (["current"], {"c-now"}), (["next"], {"c-soon"}), (["current", "next"], {"c-now", "c-soon"}), (["late"], {"c-late"}), (["all"], {"c-now", "c-soon", "c-late"}),
    ([], set())])
def test_the_chosen_terms_are_names_or_a_rule(year, terms, lists):
    year = year(class_list_terms=terms)
    year.night()
    assert year.lists() == lists


def test_a_term_that_begins_brings_its_lists_though_nothing_else_moved(year):
    year = year(class_list_terms=["current"])
    year.night()
    year.night()
    clock(year.district, EAST)
    year.night(days=1)
    assert year.lists() == {"c-now", "c-soon"}


def test_nothing_comes_before_grades_are_chosen_too_and_the_report_says_so(year):
    year = year(class_list_grades=[])
    run = year.night()
    assert year.lists() == set() and year.warned(run) == {"classes.grades.unchosen"}
    assert year.district.run_row(run)["state"] == "Completed with warnings"
    year.district.set(class_list_grades=["07"], class_list_terms=[])
    assert year.warned(year.night(days=1)) == {"classes.terms.unchosen"}
    year.district.set(class_list_terms=["current"])
    assert year.warned(year.night(days=1)) == set() and year.lists() == {"c-now"}


def test_a_chosen_term_that_ended_is_unknown_or_has_no_class_is_warned_of_once(year):
    year = year(class_list_terms=["old", "never", "late", "current"])
    year.classes = year.classes[:3]
    run = year.night()
    assert sorted(row["rule"] for row in year.district.findings(run) if row["rule"].startswith("classes.terms")) == [
        "classes.terms.empty", "classes.terms.ended", "classes.terms.unknown"]
    assert year.lists() == {"c-now"}


def test_a_school_may_have_lists_of_its_own(year):
    year = year(class_lists=False)
    year.night()
    assert year.lists() == set()
    year.district.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, 'school:s1', 'class-lists', 'true', 'test')", [year.district.id])
    year.district.set(class_list_terms=["current"])
    year.night(days=1)
    assert year.lists() == {"c-now"}
