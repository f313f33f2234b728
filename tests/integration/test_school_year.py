"""The school-year calendar: who leaves a last grade at the end of a school year has graduated, and a source that is empty between two
school years is no fault. Outside of it nothing is excused."""

import pytest
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user

SENIORS = [user(f"s{n}", email=f"s{n}@example.org", grades=["12"]) for n in range(1, 4)]
JUNIOR = user("j1", email="j1@example.org", grades=["11"])
STAYS = user("j2", email="j2@example.org", grades=["11"])
HERS = enrollment("e1", "j2", "c1")


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, archive_students="archive")
    yield district
    district.close()


def started(district):
    """On the 1st of September, as every played district; its school year ends in these days."""
    district.sync(school([*SENIORS, JUNIOR, STAYS], [HERS]))
    district.approve()


def gone(district, *days, staying=(JUNIOR, STAYS)):
    for day in days:
        district.sync(school(staying, [HERS]), days=day)


def said(district):
    return sorted((item["cause"], item["hold"]) for item in district.items() if item["kind"] == "archive")


def archived(district):
    return sorted((row["cause"], row["role"]) for row in district.history() if row["kind"] == "archive")


def test_seniors_who_go_at_the_end_of_the_year_have_graduated_and_no_threshold_holds_them(district):
    started(district)
    district.set(year_end_dates=["2026-09-02/2026-09-10"], last_grades=["12"], expected_empty=["2026-09-02/2026-09-30"])
    gone(district, 1, 3)
    assert archived(district) == [("graduated", "student")] * 3 and said(district) == []
    district.compare()


def test_without_a_calendar_the_same_leavers_wait(district):
    started(district)
    gone(district, 1, 3)
    assert archived(district) == [] and said(district) == [("source fault suspected", "source fault suspected")] * 3
    district.set(expected_empty=["2026-09-02/2026-09-30"])
    assert said(district) == [("source fault suspected", "source fault suspected")] * 3, "what was doubted stays so until it is approved"


def test_other_grades_and_other_days_are_not_excused(district):
    started(district)
    district.set(year_end_dates=["09-02"], last_grades=["12"], expected_empty=["09-01/10-31"], threshold_archive_percent=0)
    gone(district, 1, 1, 3, staying=[STAYS])
    assert archived(district) == [("graduated", "student")] * 3
    assert said(district) == [("gone", "threshold")], "a junior who goes on the same day has not graduated"


def test_who_goes_after_the_end_of_the_year_has_not_graduated(district):
    started(district)
    district.set(year_end_dates=["08-20/09-01"], last_grades=["12"], expected_empty=["09-01/10-31"])
    gone(district, 1, 3)
    assert archived(district) == [] and said(district) == [("gone", "threshold")] * 3


def test_graduates_do_not_use_up_what_a_threshold_allows_others(district):
    started(district)
    district.set(year_end_dates=["09-01/09-30"], last_grades=["12"], expected_empty=["09-01/10-31"], threshold_archive_percent=50)
    gone(district, 1, 3, staying=[STAYS])
    assert archived(district) == [("gone", "student"), *[("graduated", "student")] * 3]


def test_a_school_has_its_own_last_grade(district):
    started(district)
    district.set(year_end_dates=["09-01/09-30"], last_grades=["05"], expected_empty=["09-01/10-31"], threshold_archive_percent=0)
    district.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, 'school:s1', 'last-grades', '[\"12\"]', 'test')", [district.id])
    gone(district, 1, 3)
    assert archived(district) == [("graduated", "student")] * 3


def test_emptiness_is_expected_of_the_source_that_says_so(district):
    started(district)
    district.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, '', 'expected-empty', '[\"01-01/12-31\"]', 'test'), "
                           "(%s, %s, 'expected-empty', '[\"07-01/08-01\"]', 'test')", [district.id, district.id, f"source:{district.source}"])
    run = district.sync(school([STAYS], [HERS]), days=1)
    assert district.one("SELECT bool_or(suspect) FROM snapshot WHERE run_id = %s", run) is True
    district.admin.execute("DELETE FROM setting WHERE scope LIKE 'source:%%'")
    run = district.sync(school([], [HERS]), days=1)
    assert district.one("SELECT bool_or(suspect) FROM snapshot WHERE run_id = %s", run) is False
