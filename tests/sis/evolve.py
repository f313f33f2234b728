"""The next day of a made-up district: some records change, some people leave, come back or arrive.

What does not change keeps its record to the byte; what does gets a new dateLastModified.
"""

import random
from datetime import timedelta

from sis import schools
from sis.families import make_family
from sis.people import People, modified, ordered
from sis.world import COLLECTIONS, GUARDIAN_ROLES, World, ids_of, reference

_GUARDIAN_GOES_TOO = 0.5


def evolve(world, seed, changed=0.01, leave=0, return_=0, new=0, move=0, days=1):
    """The world some days later. Amounts are numbers of people, or shares (floats) of those there are.

    changed: of all users, of the students' seats in classes, and of the classes. leave: students; they vanish
    with their enrollments and demographics, and some of their guardians with them. return_: who left earlier.
    move: students who go to another school of the district.
    """
    day = _Day(world, seed, days)
    back = day.choose(world.away, return_)
    day.change(changed)
    day.leave(leave)
    for entry in back:
        day.come_back(entry)
    day.arrive(new)
    day.move(move)
    return day.finish()


def same_person_key(user):
    """What tells that two records are of one person, or None for those who join with nobody."""
    email, phone = user.get("email") or "", user.get("phone") or ""
    if user["role"] == "student" or not (email or phone):
        return None
    return user["givenName"], user["familyName"], email, phone


class _Day:
    """The work of one day: the old world, and the new one as tables by id."""

    def __init__(self, world, seed, days):
        self.rng = random.Random(f"day {world.seed} {world.today} {seed}")
        self.world = World(world.seed, world.today + timedelta(days=days), serial=world.serial)
        self.tables = {name: world.by_id(name) for name in COLLECTIONS}
        self.away = list(world.away)
        self.people = People(self.rng, self.world)
        self.sections = schools.sections_of(world)
        self.students = [user["sourcedId"] for user in world.users_of("student")]
        self.seats = {}
        for record in world["enrollments"]:
            self.seats.setdefault(record["user"]["sourcedId"], []).append(record["sourcedId"])

    def choose(self, rows, amount):
        """So many of these rows, or such a share of them."""
        rows = list(rows)
        count = round(amount * len(rows)) if isinstance(amount, float) else amount
        return self.rng.sample(rows, min(count, len(rows)))

    def put(self, collection, record, **fields):
        """The record with these fields changed, and the stamp of today."""
        changed = {**record, **fields, "dateLastModified": modified(self.world.today, self.rng)}
        self.tables[collection][record["sourcedId"]] = ordered(changed) if collection == "users" else changed

    def finish(self):
        for name in COLLECTIONS:
            self.world.collections[name] = list(self.tables[name].values())
        self.world.away = self.away
        return self.world

    # ---- changes ---------------------------------------------------------------------------------------------------

    def change(self, share):
        """Changes people (all records of one person alike), moves students between sections, renames classes."""
        by_person = {}
        for user in self.tables["users"].values():
            by_person.setdefault(same_person_key(user) or user["sourcedId"], []).append(user["sourcedId"])
        for sids in self.choose(by_person.values(), share):
            self._change_person(sids)
        for sid in self.choose(self.students, share):
            self._change_section(sid)
        for sid in self.choose(self.tables["classes"], share):
            record = self.tables["classes"][sid]
            self.put("classes", record, title=record["title"] + " (new)", location=f"Room {self.rng.randint(1, 99)}")

    def _change_person(self, sids):
        first = self.tables["users"][sids[0]]
        table = _STUDENT_CHANGES if first["role"] == "student" else _CHANGES
        fields = self.rng.choice(table)(self, first)
        for sid in sids:
            self.put("users", self.tables["users"][sid], **fields)

    def _change_section(self, sid):
        """One seat in another section: the old enrollment vanishes, a new one comes."""
        seats = [seat for seat in self.seats.get(sid, ()) if seat in self.tables["enrollments"]]
        if not seats:
            return
        seat = self.tables["enrollments"][self.rng.choice(seats)]
        taken = seat["class"]["sourcedId"]
        others = next((rows for rows in self.sections.values() if taken in rows), [taken])
        others = [other for other in others if other != taken]
        if others:
            self.tables["enrollments"].pop(seat["sourcedId"])
            self._seat(seat["user"], self.rng.choice(others), seat["school"])

    def _seat(self, user, class_id, org):
        record = schools.add_enrollment(self.world, self.rng, self.people, user, reference("class", class_id), org)
        self.tables["enrollments"][record["sourcedId"]] = record

    # ---- coming and going ------------------------------------------------------------------------------------------

    def leave(self, amount):
        """Students vanish with all that is theirs; what vanished is kept, for those who come back."""
        for sid in self.choose([s for s in self.students if s in self.tables["users"]], amount):
            entry = {"student": sid, "users": [self.tables["users"].pop(sid)], "demographics": [], "enrollments": []}
            for agent in ids_of(entry["users"][0].get("agents")):
                self._lose_child(entry, agent, sid)
            for seat in self.seats.get(sid, ()):
                if seat in self.tables["enrollments"]:
                    entry["enrollments"].append(self.tables["enrollments"].pop(seat))
            if sid in self.tables["demographics"]:
                entry["demographics"].append(self.tables["demographics"].pop(sid))
            self.away.append(entry)

    def _lose_child(self, entry, agent, sid):
        guardian = self.tables["users"].get(agent)
        if guardian is None:
            return
        rest = [ref for ref in guardian["agents"] if ref["sourcedId"] != sid]
        if rest or self.rng.random() >= _GUARDIAN_GOES_TOO:
            self.put("users", guardian, agents=rest)
        else:
            entry["users"].append(self.tables["users"].pop(agent))

    def come_back(self, entry):
        """A leaver, seated as before under the same ids; guardians who had stayed get the child back."""
        self.away.remove(entry)
        for collection in ("users", "enrollments", "demographics"):
            for record in entry[collection]:
                self.put(collection, record)
        student = self.tables["users"][entry["student"]]
        child = reference("user", entry["student"])
        here = [ref for ref in student.get("agents", ()) if ref["sourcedId"] in self.tables["users"]]
        if "agents" in student:
            self.put("users", student, agents=here)
        for agent in ids_of(here):
            guardian = self.tables["users"][agent]
            if entry["student"] not in ids_of(guardian["agents"]):
                self.put("users", guardian, agents=guardian["agents"] + [child])

    def arrive(self, amount):
        """New students, each a family of one, in a grade that the district has."""
        count = round(amount * len(self.students)) if isinstance(amount, float) else amount
        places = sorted({(school, grade) for school, grade, _ in self.sections})
        for _ in range(count):
            place = self.rng.choice(places)
            (student,), parents = make_family(self.people, [place])
            for user in [student, *parents]:
                self.tables["users"][user["sourcedId"]] = user
            self._seat_everywhere(student["sourcedId"], place)
            if self.tables["demographics"]:
                self.tables["demographics"][student["sourcedId"]] = self.people.demographics(student["sourcedId"])

    def move(self, amount):
        """Students leave one school for another: other org, other seats, a grade that is taught there."""
        for sid in self.choose([s for s in self.students if s in self.tables["users"]], amount):
            student = self.tables["users"][sid]
            places = sorted({(school, grade) for school, grade, _ in self.sections
                             if school not in ids_of(student["orgs"])})
            if not places:
                continue
            place = self.rng.choice(places)
            for seat in self.seats.get(sid, ()):
                self.tables["enrollments"].pop(seat, None)
            org = reference("org", place[0])
            self.put("users", student, orgs=[org], grades=[place[1]])
            for agent in ids_of(student.get("agents")):
                guardian = self.tables["users"][agent]
                if place[0] not in ids_of(guardian["orgs"]):
                    self.put("users", guardian, orgs=guardian["orgs"] + [org])
            self._seat_everywhere(sid, place)

    def _seat_everywhere(self, sid, place):
        """A seat in one section of each course of this school and grade."""
        for classes in schools.courses_of(self.sections, *place):
            self._seat(reference("user", sid), self.rng.choice(classes), reference("org", place[0]))


def _new_grade(day, user):
    grades = {grade for school, grade, _ in day.sections if school == schools.school_of(user)}
    return {"grades": [day.rng.choice(sorted(grades - set(user["grades"])) or user["grades"])]}


def _new_email(day, user):
    return {"email": day.people.email("students" if user["role"] == "student" else "families"
                                      if user["role"] in GUARDIAN_ROLES else "staff")}


_CHANGES = (
    lambda day, user: {"familyName": day.people.name()["familyName"]},
    lambda day, user: {"givenName": day.people.name()["givenName"]},
    lambda day, user: {"middleName": day.people.name()["givenName"]},
    lambda day, user: {"phone": day.people.phone()},
    _new_email,
)
_STUDENT_CHANGES = (*_CHANGES, _new_grade)
