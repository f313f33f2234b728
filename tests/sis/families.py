"""Students come in families: brothers and sisters share guardians, and some guardians are in the
roster more than once. These are the people whom a sync must join, or keep apart, by name, e-mail and phone."""

from sis.people import ordered
from sis.world import ids_of, reference

_GUARDIAN_ROLES = ("guardian", "parent", "relative")


def make_family(people, places, guardians=True, teacher=None):
    """A family of one to three students with up to two guardians.

    places: (school id, grade) per student. teacher: a teacher's record whose holder is a guardian here too.
    Returns (students, guardians), linked both ways.
    """
    rng = people.rng
    surname = people.name()["familyName"]
    students = [people.student([school], grade, surname) for school, grade in places]
    parents = []
    if guardians:
        for _ in range(1 if rng.random() < 0.55 else 2):
            parents += _guardian(people, students, surname, teacher)
            teacher = None
    return _link(students, parents), parents


def _person(people, surname, teacher):
    if teacher is not None:
        return {name: teacher[name] for name in ("givenName", "familyName", "email", "phone")}
    person = people.adult("families")
    if people.rng.random() < 0.8:
        person["familyName"] = surname
    for name, share in (("email", 0.06), ("phone", 0.1)):
        if people.rng.random() < share:
            del person[name]
    return person


def _guardian(people, students, surname, teacher):
    """The records of one guardian: one for all children, or (as some SIS do) one per child."""
    person = _person(people, surname, teacher)
    role = people.rng.choice(_GUARDIAN_ROLES)
    once_per_child = people.rng.random() < 0.25
    groups = [[child] for child in students] if once_per_child else [students]
    return [_guardian_record(people, role, person, group) for group in groups]


def _guardian_record(people, role, person, children):
    orgs = list(dict.fromkeys(org for child in children for org in ids_of(child["orgs"])))
    agents = [reference("user", child["sourcedId"]) for child in children]
    return people.user(role, orgs, person, agents=agents)


def _link(students, parents):
    """The students with their guardians as agents."""
    linked = []
    for student in students:
        agents = [reference("user", parent["sourcedId"]) for parent in parents
                  if student["sourcedId"] in ids_of(parent["agents"])]
        linked.append(ordered({**student, "agents": agents}) if agents else student)
    return linked
