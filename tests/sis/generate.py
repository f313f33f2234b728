#!/usr/bin/env python3
"""Makes a made-up district from a seed, or the next day of one.

    python3 tests/sis/generate.py --seed 1 --students 1200 --schools 3 --out day1.json
    python3 tests/sis/generate.py --seed 2 --evolve-from day1.json --leave 5 --return 2 --new 3 --out day2.json

The same seed and options always give the same bytes.
"""

import argparse
import random
import sys
from datetime import date
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sis import calendar_year, schools as school_maker
from sis.evolve import evolve
from sis.families import make_family
from sis.people import People, modified
from sis.world import World, reference

DEFAULT_TODAY = date(2026, 10, 12)
_CLASSES_PER_TEACHER = 5
_FAMILY_SIZES = (1, 1, 1, 2, 2, 3)


def make_district(seed, students=1200, schools=3, *, guardians=True, demographics=True, today=DEFAULT_TODAY, first=0):
    """A district on one day. Without guardians and demographics it has the sizes that SDS counts with:
    about 9.5 records a student. first: where its numbers begin (World.first)."""
    rng = random.Random(f"district {seed}")
    world = World(seed, today, serial=first, first=first)
    people = People(rng, world)
    world["academicSessions"].extend(calendar_year.sessions(today, modified(today, rng)))
    made = school_maker.make_orgs(world, rng, schools)
    _seat_students(made, students)
    teachers = _make_staff(world, people, made)
    _make_families(people, made, guardians, teachers)
    for school in made:
        school_maker.make_classes(world, rng, school)
        school_maker.enroll_all(world, rng, people, school)
    _give_teachers_classes(world, people, teachers)
    if demographics:
        world["demographics"].extend(people.demographics(user["sourcedId"]) for user in world.users_of("student"))
    return world


def _seat_students(made, students):
    """How many students each grade of each school gets, kept as empty seats until families fill them."""
    for index in range(students):
        school = made[index % len(made)]
        grade = school.grades[index // len(made) % len(school.grades)]
        school.by_grade.setdefault(grade, []).append(None)


def _make_staff(world, people, made):
    """Teachers, aides, proctors and administrators; returns the teachers' records per school."""
    teachers = {}
    for index, school in enumerate(made):
        count = sum(len(seats) for seats in school.by_grade.values())
        second = made[(index + 1) % len(made)].sourced_id
        teachers[school.sourced_id] = [
            _employee(world, people, "teacher", school.sourced_id, *([second] if people.rng.random() < 0.05 else ()))
            for _ in range(max(1, count // 16))]
        for role, number in (("aide", count // 60 + 1), ("proctor", count // 400 + 1), ("administrator", 2)):
            for _ in range(number):
                _employee(world, people, role, school.sourced_id)
    for _ in range(2):
        _employee(world, people, "administrator", school_maker.DISTRICT_ID)
    return teachers


def _employee(world, people, role, *orgs):
    record = people.user(role, list(dict.fromkeys(orgs)), people.adult("staff"), identifier=f"E{people.number():06d}")
    world["users"].append(record)
    return record


def _make_families(people, made, guardians, teachers):
    """Fills the seats family by family; brothers and sisters may go to different schools."""
    rng = people.rng
    seats = [(school, grade, index) for school in made for grade, rows in school.by_grade.items()
             for index in range(len(rows))]
    rng.shuffle(seats)
    staff = [teacher for group in teachers.values() for teacher in group]
    parents_too = rng.sample(staff, len(staff) // 8)
    while seats:
        family = [seats.pop() for _ in range(min(len(seats), rng.choice(_FAMILY_SIZES)))]
        known = guardians and rng.random() < 0.9
        teacher = parents_too.pop() if known and parents_too else None
        places = [(school.sourced_id, grade) for school, grade, _ in family]
        students, parents = make_family(people, places, known, teacher)
        for (school, grade, index), student in zip(family, students):
            school.by_grade[grade][index] = student["sourcedId"]
        people.world["users"].extend(students + parents)
    _make_lookalikes(people.world)


def _make_lookalikes(world):
    """The last two students get the same name, e-mail and phone: students join with nobody all the same."""
    users = world["users"]
    positions = [index for index, user in enumerate(users) if user["role"] == "student"][-2:]
    first = users[positions[0]]
    shared = {"givenName": first["givenName"], "familyName": first["familyName"],
              "email": "family@families.example", "phone": "+1 555 01000000"}
    for position in positions:
        users[position] = {**users[position], **shared}


def _give_teachers_classes(world, people, teachers):
    """Every class gets a first teacher, every tenth a second one."""
    turn = {school: 0 for school in teachers}
    for index, record in enumerate(world["classes"]):
        school = record["school"]["sourcedId"]
        staff, first = teachers[school], turn[school] // _CLASSES_PER_TEACHER
        turn[school] += 1
        class_ = reference("class", record["sourcedId"])
        chosen = [staff[first % len(staff)]]
        if index % 10 == 0 and len(staff) > 1:
            chosen.append(staff[(first + 1) % len(staff)])
        for position, teacher in enumerate(chosen):
            school_maker.add_enrollment(world, people.rng, people, reference("user", teacher["sourcedId"]), class_,
                                        record["school"], "teacher", "true" if position == 0 else "false")


def _amount(text):
    """A number of people ("12") or a share of them ("0.01")."""
    return float(text) if "." in text else int(text)


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--students", type=int, default=1200)
    parser.add_argument("--schools", type=int, default=3)
    parser.add_argument("--lean", action="store_true", help="no guardians and no demographics")
    parser.add_argument("--today", type=date.fromisoformat, default=DEFAULT_TODAY)
    parser.add_argument("--out", required=True)
    parser.add_argument("--evolve-from", help="a world file: write the day after it instead")
    parser.add_argument("--days", type=int, default=1, help="how many days after")
    for name, default in (("changed", "0.01"), ("leave", "0"), ("return", "0"), ("new", "0"), ("move", "0")):
        parser.add_argument(f"--{name}", type=_amount, default=_amount(default), dest=f"{name}_",
                            help="a number, or a share such as 0.01")
    return parser.parse_args(arguments)


def main(arguments=None):
    """The command line."""
    options = _options(arguments)
    if options.evolve_from:
        world = evolve(World.load(options.evolve_from), options.seed, changed=options.changed_,
                       leave=options.leave_, return_=options.return_, new=options.new_, move=options.move_,
                       days=options.days)
    else:
        world = make_district(options.seed, options.students, options.schools, guardians=not options.lean,
                              demographics=not options.lean, today=options.today)
    world.save(options.out)
    counts = ", ".join(f"{len(records)} {name}" for name, records in world.collections.items())
    print(f"{options.out}: {world.today}, {counts}; {len(world.away)} people away")


if __name__ == "__main__":
    main()
