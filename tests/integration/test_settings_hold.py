"""Settings that put things off: additions only, blackout dates, and what becomes of people whom the SIS says to be disabled."""

import pytest
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user

LATER = "2026-09-02T00:00:00Z"
ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
CY = user("u3", email="cy@example.org", username="cy")
NEW_ADA = user("u1", email="ada@example.org", username="ada", middleName="King", modified=LATER)
HERS = enrollment("e1", "u1", "c1")


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database, **{"existing-people": "update", "archive-students": "archive", "threshold-archive-percent": 100,
                                                      "threshold-change-percent": 100})
    district.sync(school([ADA, BEN], [HERS]))
    district.approve()
    yield district
    district.close()


def waits(district):
    return sorted((item["kind"], item["hold"]) for item in district.items() if item["decision"] is None)


def test_with_additions_only_what_is_new_comes_and_the_rest_waits_until_it_is_off(district):
    district.set(additions_only=True)
    for days in (1, 3):
        district.sync(school([NEW_ADA, CY], [HERS]), days=days)
    assert district.account_of("u3") and district.account_of("u1")["middle_name"] is None
    assert waits(district) == [("archive", "additions only"), ("update", "additions only")]
    district.compare()
    district.set(additions_only=False)
    district.sync(school([NEW_ADA, CY], [HERS]), days=1)
    assert waits(district) == [] and district.account_of("u1")["middle_name"] == "King"
    assert district.account_of("u2")["status"] == "archived"


def test_what_additions_only_puts_off_goes_when_a_person_approves_it(district):
    district.set(additions_only=True)
    run = district.sync(school([NEW_ADA, BEN], [HERS]), days=1)
    assert waits(district) == [("update", "additions only")]
    district.approve()
    assert district.account_of("u1")["middle_name"] == "King" and district.run_row(run)["state"] == "Completed"


def test_on_a_blackout_date_all_is_fetched_and_shown_and_nothing_applied(district):
    today = str(district.one("SELECT local_date('UTC')"))
    district.set(blackout_dates=[f"{today}/{today}"])
    district.sync(school([NEW_ADA, BEN, CY], [HERS]), days=1)
    assert district.mirror("u3") and waits(district) == [("create", ""), ("update", "")]
    district.approve()
    assert not district.account_of("u3") and district.account_of("u1")["middle_name"] is None, "not even what was approved"
    district.set(blackout_dates=[])
    district.decided()
    assert district.account_of("u3") and district.account_of("u1")["middle_name"] == "King"


def test_a_blackout_of_every_year_counts_in_this_one(district):
    today = str(district.one("SELECT local_date('UTC')"))
    district.set(blackout_dates=[today[5:]])
    district.sync(school([ADA, BEN, CY], [HERS]), days=1)
    assert not district.account_of("u3")


DISABLED = user("u2", email="ben@example.org", username="ben", enabled=False, modified=LATER)


def test_the_disabled_are_present_unless_a_setting_says_otherwise(district):
    for days in (1, 3):
        district.sync(school([ADA, DISABLED], [HERS]), days=days)
    assert district.account_of("u2")["status"] == "active" and waits(district) == []


def disabled(district, *days, people=(ADA, DISABLED), **how):
    for day in days:
        district.sync(school(people, [HERS]), days=day, **how)


def test_the_disabled_leave_by_the_countdown_of_the_missing_and_come_back_with_their_word(district):
    district.set(disabled_people="archive", archive_students="keep")
    disabled(district, 1, 2)
    assert district.account_of("u2")["status"] == "active" and waits(district) == [], "two syncs, but two dates apart"
    disabled(district, 1)
    assert district.account_of("u2")["status"] == "archived"
    assert [row["cause"] for row in district.history() if row["kind"] == "archive"] == ["disabled in the SIS"]
    district.compare()
    disabled(district, 1)
    assert district.account_of("u2")["status"] == "archived", "seen and still disabled"
    disabled(district, 1, people=(ADA, user("u2", email="ben@example.org", username="ben", modified="2026-09-05T00:00:00Z")))
    assert district.account_of("u2")["status"] == "active"


def test_a_sight_of_somebody_enabled_ends_the_countdown(district):
    district.set(disabled_people="archive")
    disabled(district, 1)
    disabled(district, 1, people=(ADA, user("u2", email="ben@example.org", username="ben", modified="2026-09-04T00:00:00Z")))
    again = user("u2", email="ben@example.org", username="ben", enabled=False, modified="2026-09-05T00:00:00Z")
    disabled(district, 2, 2, people=(ADA, again))
    assert district.account_of("u2")["status"] == "active"
    disabled(district, 1, people=(ADA, again))
    assert district.account_of("u2")["status"] == "archived"


def test_what_is_not_whole_counts_no_disabled(district):
    district.set(disabled_people="archive")
    disabled(district, 1, 4, unsealed=("users",))
    assert district.one("SELECT began_on FROM disabled_record") is None
    disabled(district, 1)
    disabled(district, 4, unsealed=("users",))
    assert district.account_of("u2")["status"] == "active", "begun by the first whole snapshot, complete with a later whole one"
    disabled(district, 1)
    assert district.account_of("u2")["status"] == "archived"


def test_a_night_that_adds_nothing_to_the_countdown_writes_nothing(district):
    district.set(archive_after_days=30)
    disabled(district, 1, 1)
    before = district.one("SELECT xmin FROM disabled_record")
    disabled(district, 1)
    assert district.one("SELECT xmin FROM disabled_record") == before


def test_many_disabled_at_once_wait_above_the_threshold(district):
    district.set(disabled_people="archive", threshold_archive_percent=10)
    disabled(district, 1, 3)
    assert waits(district) == [("archive", "threshold")]


def test_a_declined_archive_of_somebody_disabled_stays_away_until_they_are_disabled_anew(district):
    district.set(disabled_people="archive", threshold_archive_percent=0)
    disabled(district, 1, 3)
    district.decide("declined")
    disabled(district, 1)
    assert waits(district) == [] and district.account_of("u2")["status"] == "active"
    disabled(district, 1, people=(ADA, BEN))
    disabled(district, 1, 3, people=(ADA, user("u2", email="ben@example.org", username="ben", enabled=False, modified="2026-09-07T00:00:00Z")))
    assert waits(district) == [("archive", "threshold")]
