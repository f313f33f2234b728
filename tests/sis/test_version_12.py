"""The pretend SIS as OneRoster 1.2: roots, shapes, errors, scopes, deviations; and the model's reading of 1.2's roles."""

import json
from datetime import date

import pytest

from sis.consumer import Consumer, ask_token, basic, bearer, first_record
from sis.evolve import evolve
from sis.generate import make_district
from sis.handmade import DAY, Days, user, world_of
from sis.model_roles import family_only, relation, stated, words
from sis.version_12 import PASSWORD, as_12
from sis.vocabulary import RESOURCES
from sis.world import reference

_SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"


@pytest.fixture(name="oak")
def _oak(sis, world):
    """Somebody who reads the district `oak`, which is maple as 1.2 shows it."""
    sis.put("oak", version="1.2", world={"collections": world.collections})
    with Consumer(sis.base_url("oak", "1.2")) as consumer:
        yield consumer


def test_rostering_and_resources_have_roots_of_their_own(sis, oak, maple):
    assert oak.base_url.endswith("/oak/ims/oneroster/rostering/v1p2")
    assert oak.get("users").status == 200
    assert oak.get("resources").status == 404
    with Consumer(sis.base_url("oak", "1.2").replace("rostering", "resources")) as resources:
        assert len(resources.all("resources", "resources")) == 12
        assert resources.get("users").status == 404
    with Consumer(sis.base_url("oak")) as as_11:
        assert as_11.get("users").status == 404
    assert len(maple.all("resources", "resources")) == 12, "1.1 has one root for all"


def test_users_have_roles_in_place_of_role_and_orgs(oak, world):
    shown = oak.all("users", "users")
    assert len(shown) == len(world["users"])
    new = [record for record in shown if "roles" in record]
    assert len(new) > 0.9 * len(shown) and all(not {"role", "orgs"} & set(record) for record in new)
    assert all(set(record) <= RESOURCES["users"].fields_of("1.2") for record in new)
    every = [entry for record in new for entry in record["roles"]]
    assert {entry["roleType"] for entry in every} == {"primary", "secondary"}
    assert "administrator" not in {entry["role"] for entry in every}
    assert {"principal", "siteAdministrator", "counselor"} <= {entry["role"] for entry in every}
    assert any("endDate" in entry for entry in every) and any("beginDate" in entry for entry in every)
    for name in ("preferredFirstName", "pronouns", "primaryOrg", "userProfiles", "resources", "password"):
        assert 0 < sum(name in record for record in new) < len(new)
    assert any("username" not in record for record in new)


def test_students_and_teachers_are_found_by_their_roles(oak):
    for path, role in (("students", "student"), ("teachers", "teacher")):
        found = oak.all(path, "users")
        assert found and all(role in {entry["role"] for entry in record.get("roles", [record])} for record in found)


def test_classes_and_courses_name_resources_that_exist(sis, oak):
    for path in ("classes", "courses"):
        named = {ref["sourcedId"] for record in oak.all(path, path) for ref in record.get("resources", ())}
        assert named and named <= {f"res-{number}" for number in range(1, 13)}


def test_what_does_not_change_is_shown_the_same_the_next_day():
    today = make_district(5, students=60, schools=2)
    tomorrow = evolve(today, 6, changed=0.05)
    first, second = as_12(today).by_id("users"), as_12(tomorrow).by_id("users")
    same = [sid for sid in today.by_id("users") if tomorrow.by_id("users").get(sid) == today.by_id("users")[sid]]
    assert 0 < len(same) < len(first) and all(first[sid] == second[sid] for sid in same)


def test_errors_are_told_at_the_top_level(sis, oak):
    told = oak.get("users", fields="wrong").json()
    assert told["imsx_codeMajor"] == "failure" and told["imsx_severity"] == "error"
    assert told["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "invalid_selection_field"
    sis.set_auth("oak", kind="oauth2", client_id="client", secret="secret")
    told = oak.get("users").json()
    assert told["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "unauthorisedrequest"


def test_a_scope_opens_what_it_is_for_and_may_be_refused_as_a_whole(sis, oak):
    core = f"{_SCOPE}roster-core.readonly"
    sis.set_auth("oak", kind="oauth2", client_id="client", secret="secret", scopes=[core], narrows=False, needs_query="app=x")
    ask = "grant_type=client_credentials&scope="
    header = {"Authorization": basic("client", "secret")}
    assert ask_token(sis.token_url("oak"), ask + core, header).status == 404
    url = sis.token_url("oak") + "?app=x"
    refused = ask_token(url, ask + f"{_SCOPE}roster-demographics.readonly", header)
    assert (refused.status, refused.json()["error"]) == (400, "invalid_scope")
    token = ask_token(url, ask + core, header).json()["access_token"]
    with Consumer(oak.base_url, bearer(token)) as consumer:
        assert [consumer.get(path).status for path in ("users", "demographics")] == [200, 403]


def test_mixed_shape(sis, oak, world):
    found = sis.fault("oak", "mixed-shape", record="all")
    assert {"role", "orgs", "roles"} <= set(first_record(oak))
    sis.clear("oak", found)
    sis.fault("oak", "mixed-shape", record="all", instead=True)
    assert {"role", "orgs"} <= set(first_record(oak)) and "roles" not in first_record(oak)


def test_duplicate_roles(sis, oak):
    before = next(record for record in oak.all("users", "users") if "roles" in record)
    sis.fault("oak", "duplicate-roles", record={"id": before["sourcedId"]})
    doubled = oak.get(f"users/{before['sourcedId']}").json()["user"]["roles"]
    assert len(doubled) == 2 * len(before["roles"]) and doubled[1]["role"] == doubled[0]["role"].upper()


@pytest.mark.parametrize("fault, part, value", [("unknown-enum", "role", "wizard"), ("dangling-reference", "org", "no-such-id"),
                                                ("blank-reference", "org", "")])
def test_faults_of_roles_and_orgs_meet_the_first_of_the_roles(sis, oak, fault, part, value):
    sid = next(record["sourcedId"] for record in oak.all("users", "users") if "roles" in record)
    sis.fault("oak", fault, collection="users", record={"id": sid})
    found = oak.get(f"users/{sid}").json()["user"]["roles"][0][part]
    assert (found["sourcedId"] if part == "org" else found) == value


def test_passwords_are_shown_so_that_nobody_may_keep_them(oak):
    assert PASSWORD in json.dumps(oak.all("users", "users"))


# ---- the model -------------------------------------------------------------------------------------------------------


def _roles(*entries):
    return {"roles": [{"role": role, "org": reference("org", org), **dates} for role, org, dates in entries]}


def test_roles_count_from_long_before_they_begin_to_the_day_before_they_end():
    body = _roles(("teacher", "A", {"endDate": "2026-10-12"}), ("aide", "A", {"endDate": "2026-10-13"}),
                  ("proctor", "B", {"beginDate": "2090-01-01"}))
    assert stated(body, date(2026, 10, 12)) == [("aide", "A"), ("proctor", "B")]
    assert stated({**body, "role": "student", "orgs": [reference("org", "A")]}, date(2026, 10, 12)) == [("aide", "A"), ("proctor", "B")]
    assert stated({"roles": [], "role": "student", "orgs": [reference("org", "A")]}, DAY) == [("student", "A")]


def test_a_relation_is_the_word_of_the_family_role():
    assert relation(_roles(("teacher", "A", {}), ("parent", "A", {})), DAY) == "parent"
    assert relation(_roles(("teacher", "A", {})), DAY) is None
    assert family_only(_roles(("parent", "A", {})), DAY) and not family_only(_roles(("aide", "A", {}), ("parent", "A", {})), DAY)
    assert words(_roles(("aide", "A", {}), ("aide", "B", {})), DAY) == {"aide"}


def _person(sid, *entries):
    record = user(sid)
    return {**{name: value for name, value in record.items() if name not in ("role", "orgs")}, **_roles(*entries)}


def test_the_model_rosters_every_role_that_counts_today():
    days = Days().sync(world_of(_person("t1", ("teacher", "A", {}), ("counselor", "B", {}), ("principal", "A", {"endDate": "2026-01-01"})),
                                _person("t2", ("teacher", "A", {"endDate": "2020-01-01"}))))
    assert days.account("t1")["roles"] == {("teacher", "A"), ("staff", "B")}
    assert days.account("t2") is None


def test_the_model_ends_a_role_with_its_date():
    world = world_of(_person("t1", ("teacher", "A", {}), ("aide", "A", {"endDate": "2026-10-13"})))
    days = Days().sync(world)
    assert days.account("t1")["roles"] == {("teacher", "A"), ("staff", "A")}
    assert days.sync(world).account("t1")["roles"] == {("teacher", "A")}
