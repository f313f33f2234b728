"""Days of a district through the whole pipeline, the directory compared row by row with an independent model (tests/sis/model.py): the first
sync, a day of changes with leavers and people who return, an unchanged night, and two districts at once."""

import pytest
from sis.version_12 import PASSWORD, as_12
from support.messages import validate_records
from support.stack import CLIENT, DONE, SECRET
from support.twin import Twin


ALL_OF_12 = {"version": "1.2", "demographics": True, "resources": True}


@pytest.mark.parametrize("source", [{}, ALL_OF_12], ids=["1.1", "1.2"])
def test_three_days_of_a_district_end_as_the_model_says(stack, source):
    stack.start()
    twin = Twin(stack, "maple-county", seed=1, students=120, schools=2, source=source)
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
    assert sum(validate_records(stack.kafka.records(topic), stack.opened) for topic in stack.kafka.topics() if topic.startswith("rollcall.")) > 50


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


def bodies(stack, collection):
    return [body for (body,) in stack.sql("SELECT body FROM mirror_record WHERE collection = %s AND present", [collection])]


def test_what_1_2_says_beyond_1_1_stands_in_the_mirror_and_no_password_does(stack):
    stack.start()
    twin = Twin(stack, "maple-county", seed=3, students=60, schools=2, source=ALL_OF_12)
    stack.sis.fault("maple-county", "duplicate-roles", record="all")
    run = twin.district.first_sync()
    assert twin.district.state_of(run) == "Completed"
    shown, users = as_12(twin.world), bodies(stack, "users")
    assert len(users) == len(shown["users"]) and len(bodies(stack, "resources")) == len(shown["resources"])
    for name in ("preferredFirstName", "preferredLastName", "pronouns", "primaryOrg", "userProfiles", "resources"):
        assert sum(name in body for body in users) == sum(name in user for user in shown["users"]) > 0
    roles = [role for body in users for role in body["roles"]]
    assert {role["roleType"] for role in roles if "roleType" in role} == {"primary", "secondary"}
    assert any("endDate" in role for role in roles)
    for name in ("classes", "courses"):
        assert any("resources" in body for body in bodies(stack, name))
    assert PASSWORD not in str(stack.sql("SELECT string_agg(body::text, '') FROM mirror_record"))
    twin.today()
    twin.check()


@pytest.mark.slow
def test_what_a_1_2_source_does_not_share_is_left_out_and_the_rest_comes(stack):
    stack.start()
    twin = Twin(stack, "maple-county", seed=3, students=40, schools=1, source=ALL_OF_12)
    core = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly"
    stack.sis.set_auth("maple-county", kind="oauth2", client_id=CLIENT, secret=SECRET, scopes=[core], narrows=False, expires_in_as="string",
                       needs_query="appName=rollcall")
    twin.district.run("source", "set", f"token-url={stack.sis.token_url('maple-county')}?appName=rollcall",
                      f"url={stack.sis.url}/maple-county/").ok()
    run = twin.district.first_sync()
    assert twin.district.state_of(run) == "Completed with warnings"
    left_out = stack.sql("SELECT collection, sealed, reason FROM run_collection WHERE NOT sealed ORDER BY 1")
    assert [row[:2] for row in left_out] == [("demographics", False), ("resources", False)]
    assert all(f"does not share {row[0]}" in row[2] for row in left_out)
    twin.today()
    twin.check()
