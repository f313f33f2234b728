"""Districts whose roster comes as CSV zips, through the whole pipeline, beside the independent model of tests/sis."""

import pytest

from support.csv_twin import CsvTwin


def test_three_days_of_zips_of_1_1_end_as_the_model_says(stack):
    stack.start()
    twin = CsvTwin(stack, "maple-county", seed=1, students=120, schools=2)
    assert twin.district.state_of(twin.bring()) == "Completed"
    twin.today()
    twin.check()

    twin.next_day(2, changed=0.03, leave=4, return_=0, new=3)
    for day in (3, 4):
        twin.bring()
        twin.today()
        twin.check()
        twin.next_day(day, changed=0.02, leave=1, return_=2)
    for _ in range(2):
        twin.bring()
        twin.today()
        twin.check()

    quiet = twin.bring()
    assert twin.counts(quiet)["applied"] == {}
    twin.check()
