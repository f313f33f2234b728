"""The generator: always the same from the same seed, and whole: what a record names is there."""

import random

import pytest

from sis.evolve import evolve, same_person_key
from sis.generate import main, make_district
from sis.schools import school_of
from sis.world import GUARDIAN_ROLES, World, ids_of

_REFERENCES = {"courses": ("org", "orgs"), "classes": ("course", "courses"), "enrollments": ("class", "classes")}


@pytest.fixture(scope="module", name="day1")
def _day1():
    return make_district(7, students=300, schools=3)


@pytest.fixture(scope="module", name="day2")
def _day2(day1):
    return evolve(day1, 8, changed=0.02, leave=10, new=4, move=2)


def test_the_same_seed_gives_the_same_bytes(day1):
    assert make_district(7, students=300, schools=3).to_json() == day1.to_json()
    assert make_district(8, students=300, schools=3).to_json() != day1.to_json()


def test_the_same_seed_gives_the_same_next_day(day1, day2):
    assert evolve(day1, 8, changed=0.02, leave=10, new=4, move=2).to_json() == day2.to_json()


def test_a_saved_world_evolves_as_the_one_in_memory_does(day1, day2, tmp_path):
    day1.save(tmp_path / "day1.json")
    loaded = World.load(tmp_path / "day1.json")
    assert evolve(loaded, 8, changed=0.02, leave=10, new=4, move=2).to_json() == day2.to_json()


def test_the_generator_does_not_touch_pythons_own_random_numbers():
    random.seed(1)
    state = random.getstate()
    evolve(make_district(1, students=30), 2)
    assert random.getstate() == state


def test_every_reference_names_a_record_on_both_days(day1, day2):
    for world in (day1, day2):
        for collection, (name, target) in _REFERENCES.items():
            known = world.by_id(target)
            assert all(record[name]["sourcedId"] in known for record in world[collection])
        users, sessions = world.by_id("users"), world.by_id("academicSessions")
        assert all(record["user"]["sourcedId"] in users for record in world["enrollments"])
        assert all(term in sessions for record in world["classes"] for term in ids_of(record["terms"]))


def test_agents_stand_on_both_sides(day1, day2):
    for world in (day1, day2):
        users = world.by_id("users")
        pairs = {(user["sourcedId"], agent) for user in world["users"] for agent in ids_of(user.get("agents"))}
        assert pairs
        assert all((agent, sid) in pairs for sid, agent in pairs if agent in users)
        assert all(agent in users for _, agent in pairs)


def test_ids_are_unique_in_their_collection_and_collide_across_collections(day1):
    for records in day1.collections.values():
        assert len({record["sourcedId"] for record in records}) == len(records)
    assert set(day1.by_id("courses")) & set(day1.by_id("classes"))


def test_some_ids_hold_a_slash_and_an_at_sign_and_none_a_blank(day1):
    ids = [record["sourcedId"] for records in day1.collections.values() for record in records]
    assert any("/" in sid and "@" in sid for sid in ids)
    assert not any(" " in sid for sid in ids)


def test_students_have_about_eight_enrollments(day1):
    seats = [record for record in day1["enrollments"] if record["role"] == "student"]
    assert 7 <= len(seats) / 300 <= 9


def test_all_eight_roles_of_the_standard_but_students_among_guardians_occur(day1):
    assert {user["role"] for user in day1["users"]} == {
        "student", "teacher", "aide", "proctor", "administrator", "guardian", "parent", "relative"}


def test_some_teachers_are_guardians_too_under_two_records(day1):
    teachers = {same_person_key(user) for user in day1.users_of("teacher")}
    assert teachers & {same_person_key(user) for user in day1.users_of(*GUARDIAN_ROLES)}


def test_some_guardians_are_recorded_once_per_child(day1):
    keys = [same_person_key(user) for user in day1.users_of(*GUARDIAN_ROLES)]
    assert any(keys.count(key) > 1 for key in set(keys) if key)


def test_two_students_share_name_email_and_phone(day1):
    keys = [(user["givenName"], user["familyName"], user.get("email"), user.get("phone"))
            for user in day1.users_of("student") if user.get("email")]
    assert len(set(keys)) == len(keys) - 1


def test_names_hold_letters_beyond_ascii(day1):
    text = "".join(user["givenName"] + user["familyName"] for user in day1["users"])
    assert set("éñü李") <= set(text)


def test_addresses_lead_nowhere(day1):
    assert all(user["email"].endswith(".example") for user in day1["users"] if "email" in user)


def test_only_changed_records_get_a_new_date(day1, day2):
    stamp = day2.today.isoformat()
    for collection in day1.collections:
        before = day1.by_id(collection)
        for record in day2[collection]:
            moved = record["dateLastModified"].startswith(stamp)
            assert moved == (before.get(record["sourcedId"]) != record)


def test_leavers_vanish_with_their_enrollments_and_demographics(day1, day2):
    gone = {user["sourcedId"] for user in day1.users_of("student")} - set(day2.by_id("users"))
    assert len(gone) == 10
    assert not gone & {record["user"]["sourcedId"] for record in day2["enrollments"]}
    assert not gone & set(day2.by_id("demographics"))


def test_who_returns_left_earlier_and_gets_the_same_ids_back(day1, day2):
    day3 = evolve(day2, 9, changed=0, return_=4, leave=3)
    back = set(day3.by_id("users")) - set(day2.by_id("users"))
    students = [sid for sid in back if day1.by_id("users")[sid]["role"] == "student"]
    assert len(students) == 4 and len(day3.away) == len(day2.away) - 4 + 3
    seats = {record["sourcedId"] for record in day1["enrollments"] if record["user"]["sourcedId"] in students}
    assert seats & set(day3.by_id("enrollments"))


def test_nothing_asked_for_changes_nothing(day1):
    assert evolve(day1, 1, changed=0).collections == day1.collections


def test_a_person_with_several_records_changes_in_all_of_them(day1, day2):
    groups = {}
    for user in day1["users"]:
        groups.setdefault(same_person_key(user), []).append(user["sourcedId"])
    groups.pop(None)
    users = day2.by_id("users")
    for sids in groups.values():
        assert len({same_person_key(users[sid]) for sid in sids if sid in users}) <= 1


def test_students_who_move_have_another_school_and_seats_there(day1, day2):
    before, after = day1.by_id("users"), day2.by_id("users")
    moved = [sid for sid, user in before.items() if user["role"] == "student" and sid in after
             and school_of(user) != school_of(after[sid])]
    assert len(moved) == 2
    for record in day2["enrollments"]:
        if record["user"]["sourcedId"] in moved:
            assert record["school"]["sourcedId"] == school_of(after[record["user"]["sourcedId"]])


def test_the_command_line_writes_two_days(tmp_path, capsys):
    first, second = str(tmp_path / "1.json"), str(tmp_path / "2.json")
    main(["--seed", "3", "--students", "40", "--schools", "1", "--out", first])
    main(["--seed", "4", "--evolve-from", first, "--leave", "2", "--changed", "0.1", "--out", second])
    assert "2 people away" in capsys.readouterr().out
    assert len(World.load(second).users_of("student")) == 38
