"""Days of a district through the whole pipeline, the directory compared row by row with an independent model (tests/sis/model.py): the first
sync, a day of changes with leavers and people who return, an unchanged night, and two districts at once."""

import pytest
from support.messages import validate_records
from support.stack import DONE
from support.twin import Twin


def test_three_days_of_a_district_end_as_the_model_says(stack):
    stack.start()
    twin = Twin(stack, "maple-county", seed=1, students=120, schools=2)
    first = twin.district.first_sync()
    assert twin.district.state_of(first).startswith("Completed")
    twin.today()
    twin.check()

    twin.next_day(2, changed=0.03, leave=4, return_=0, new=3)
    for day in (3, 4):
        twin.district.sync()
        twin.today()
        twin.check()
        twin.next_day(day, changed=0.02, leave=1, return_=2)
    for _ in range(2):
        twin.district.sync()
        twin.today()
        twin.check()

    quiet = twin.district.sync()
    assert twin.counts(quiet)["applied"] == {}
    twin.check()
    assert sum(validate_records(stack.kafka.records(topic)) for topic in stack.kafka.topics() if topic.startswith("rollcall.")) > 50


def test_a_quiet_night_writes_no_mirror_row_and_no_history(stack):
    stack.start()
    twin = Twin(stack, "maple-county", seed=5, students=60, schools=2)
    twin.district.first_sync()
    twin.district.sync()
    before = stack.sql("SELECT sum(version), count(*), max(xmin::text::bigint) FROM mirror_record"), stack.sql("SELECT count(*) FROM history")
    run = twin.district.sync()
    assert twin.district.state_of(run).startswith("Completed")
    assert (stack.sql("SELECT sum(version), count(*), max(xmin::text::bigint) FROM mirror_record"), stack.sql("SELECT count(*) FROM history")) == before


def test_two_districts_at_once_are_each_their_own(stack):
    stack.start()
    twins = [Twin(stack, "maple-county", seed=1, students=60, schools=2), Twin(stack, "birch-county", seed=2, students=60, schools=2)]
    runs = [twin.district.start_run() for twin in twins]
    for twin, run in zip(twins, runs):
        twin.district.wait_for_run(run, "On hold")
        twin.district.approve()
        twin.today()
    for twin, run in zip(twins, runs):
        twin.district.wait_for_run(run, *DONE)
        twin.check()


@pytest.mark.parametrize("auth", ["oauth1-sha1", "oauth1-sha256"])
def test_a_source_with_a_signature_on_every_request_syncs_too(stack, auth):
    stack.start()
    district = stack.district("maple-county", auth=auth)
    assert district.state_of(district.first_sync()).startswith("Completed")
