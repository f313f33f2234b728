"""Sets of the bench: the shapes of the pretend SIS's own districts, references that resolve, two days that differ by little."""

import json

import pytest

from bench import sets
from bench.sets import COLLECTIONS
from sis.generate import make_district

STUDENTS = 12_000     # three parts, so that numbers of different parts meet


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets") / "set"
    return folder, sets.make(folder, STUDENTS, seed=5)


def records(made, collection, day=1):
    return [json.loads(body) for body in sets.bodies(made[0], collection, day)]


def references(value):
    """Every reference of a record, as (type, id)."""
    if isinstance(value, dict):
        if "href" in value:
            yield value["type"], value["sourcedId"]
        for child in value.values():
            yield from references(child)
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_records_have_the_fields_of_the_pretend_sis_own(made, collection):
    def fields(found):
        return {name for record in found for name in record}

    assert fields(records(made, collection)) == fields(make_district(1, students=600)[collection])


@pytest.mark.parametrize("day", sets.DAYS)
def test_ids_are_given_once_and_stand_in_order(made, day):
    for collection in COLLECTIONS:
        ids = [record["sourcedId"].encode() for record in records(made, collection, day)]
        assert ids == sorted(set(ids)), collection


@pytest.mark.parametrize("day", sets.DAYS)
def test_every_reference_names_a_record_of_its_day(made, day):
    kinds = {"org": "orgs", "academicSession": "academicSessions", "course": "courses", "class": "classes", "user": "users"}
    known = {kind: {record["sourcedId"] for record in records(made, collection, day)} for kind, collection in kinds.items()}
    for collection in COLLECTIONS:
        for record in records(made, collection, day):
            assert [ref for ref in references(record) if ref[1] not in known[ref[0]]] == []


def test_a_district_has_about_ten_records_a_student_besides_demographics(made):
    counts = made[1]["records"]["1"]
    assert counts["demographics"] == STUDENTS
    assert 9.5 < (sum(counts.values()) - counts["demographics"]) / STUDENTS < 11.2


def test_usernames_and_names_of_schools_are_given_once(made):
    for collection, field in (("users", "username"), ("orgs", "name")):
        values = [record[field] for record in records(made, collection)]
        assert len(values) == len(set(values))


def test_one_org_stands_above_all_schools(made):
    orgs = {org["sourcedId"]: org for org in records(made, "orgs")}
    districts = [org for org in orgs.values() if org["type"] == "district"]
    assert len(districts) == 1
    assert sorted(child["sourcedId"] for child in districts[0]["children"]) == sorted(made[1]["schools"])
    assert set(orgs) == {districts[0]["sourcedId"], *made[1]["schools"]}


def test_the_second_day_differs_by_about_one_in_a_hundred_people(made):
    users = [{record["sourcedId"]: record for record in records(made, "users", day)} for day in sets.DAYS]
    changed = sum(users[1].get(sid) != record for sid, record in users[0].items())
    assert 0.008 < changed / len(users[0]) < 0.02
    assert set(users[0]) - set(users[1]) and set(users[1]) - set(users[0])


def test_the_same_seed_gives_the_same_bytes(made, tmp_path):
    sets.make(tmp_path / "again", STUDENTS, seed=5)
    for path in sorted(made[0].iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_set_is_made_anew_only_where_another_one_is_wanted(tmp_path):
    folder = tmp_path / "set"
    sets.made(folder, 100, seed=1, lean=False)
    stamp = (folder / "users.json").stat().st_mtime_ns
    sets.made(folder, 100, seed=1, lean=False)
    assert (folder / "users.json").stat().st_mtime_ns == stamp
    assert sets.made(folder, 100, seed=1, lean=True)["records"]["1"]["demographics"] == 0
