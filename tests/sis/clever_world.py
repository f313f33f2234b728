"""A made-up district as Clever holds it, and what the directory must hold of it: written from Clever's objects alone."""

import copy
import itertools

from sis.names import FAMILY, GIVEN

_BLANK_STUDENT = {"state_id": "", "graduation_year": "", "gender": "", "race": "", "hispanic_ethnicity": "", "ell_status": "",
                  "frl_status": "", "location": None, "gifted_status": "", "section_504_status": ""}


class Ids:
    """Ids as Clever gives them: they grow."""

    def __init__(self, start=1):
        self._next = itertools.count(start)

    def __call__(self):
        return f"{next(self._next):024x}"


def _stamp(day):
    return f"2026-08-{day:02}T06:00:00.000Z"


def _student(new, district, school, n):
    return {"id": new(), "district": district, "name": {"first": GIVEN[n % len(GIVEN)], "middle": None, "last": f"{FAMILY[n % len(FAMILY)]}{n}"},
            "email": "" if n % 3 else f"student{n}@maple.example", "created": _stamp(1), "last_modified": _stamp(1),
            "roles": {"student": {"school": school, "schools": [school], "sis_id": f"s{n}", "student_number": f"{1000 + n}",
                                  "grade": "Kindergarten" if n % 5 == 0 else str(n % 5), "dob": f"{n % 12 + 1}/3/2015",
                                  "credentials": {"district_username": f"student{n}"}, "enrollments": [], **_BLANK_STUDENT}}}


def _teacher(new, district, school, n):
    return {"id": new(), "district": district, "name": {"first": GIVEN[-n - 1], "last": f"Teach{n}"}, "email": f"teacher{n}@maple.example",
            "created": _stamp(1), "last_modified": _stamp(1),
            "roles": {"teacher": {"school": school, "schools": [school], "sis_id": f"t{n}", "teacher_number": "", "state_id": "",
                                  "title": "", "credentials": {}}}}


def _contact(new, district, student, n):
    relations = [{"student": student["id"], "relationship": "Parent", "type": ""}]
    if n == 0:      # entered twice for one student
        relations.append({"student": student["id"], "relationship": "", "type": "Primary"})
    if n == 1:      # to be called in an emergency
        relations = [{"student": student["id"], "relationship": "", "type": "Emergency"}]
    return {"id": new(), "district": district, "name": {"first": None, "last": f"Parent of {n}"}, "email": f"parent{n}@home.example",
            "created": _stamp(1), "last_modified": _stamp(1),
            "roles": {"contact": {"sis_id": "", "phone": f"555-01{n:02}", "phone_type": "Cell" if n % 2 else "", "student_relationships": relations}}}


def make(students=12, start=1):
    """A district of two schools, a class each, with everything that the list of a pretend Clever's duties names."""
    new = Ids(start * 1000000)
    district = new()
    schools = [{"id": new(), "district": district, "name": name, "sis_id": f"{n}", "school_number": f"{100 + n}", "state_id": "", "nces_id": "",
                "low_grade": "", "high_grade": "", "phone": "", "created": _stamp(1), "last_modified": _stamp(1)}
               for n, name in enumerate(("North", "South"))]
    terms = [{"id": new(), "district": district, "name": name, "start_date": start, "end_date": end}
             for name, start, end in (("Fall", "2026-08-01T00:00:00.000Z", "2036-12-20"), ("", None, ""))]
    course = {"id": new(), "district": district, "name": "", "number": "M1"}
    pupils = [_student(new, district, schools[n % 2]["id"], n) for n in range(students)]
    teachers = [_teacher(new, district, schools[n % 2]["id"], n) for n in range(3)]
    teachers[0]["roles"]["staff"] = {"schools": [schools[1]["id"]], "staff_id": "f1", "title": "", "roles": ["PortalOnly"]}
    contacts = [_contact(new, district, pupils[n], n) for n in range(3)]
    hidden = new()      # a student whom the district does not share
    sections = [{"id": new(), "district": district, "school": school["id"], "name": f"Math {n}", "sis_id": f"x{n}", "subject": "", "grade": "",
                 "period": "", "section_number": "", "course": course["id"] if n == 0 else "", "term_id": terms[0]["id"],
                 "teacher": teachers[n]["id"], "teachers": [teachers[n]["id"], teachers[2]["id"]],
                 "students": [pupil["id"] for pupil in pupils[n::2]] + ([hidden] if n == 0 else []),
                 "created": _stamp(1), "last_modified": _stamp(1)}
                for n, school in enumerate(schools)]
    return {"districts": [{"id": district, "name": "Maple County", "state": "running", "last_sync": _stamp(2), "launch_date": "2026-08-01",
                           "sis_type": "sftp", "portal_url": "", "login_methods": [], "error": None}],
            "schools": schools, "terms": terms, "courses": [course], "users": pupils + teachers + contacts, "sections": sections}


def next_day(world, day=3):
    """Another day: a student leaves, one comes, a name changes, one changes class, the term is made anew under another id."""
    world = copy.deepcopy(world)
    users, sections = world["users"], world["sections"]
    pupils = [user for user in users if "student" in user["roles"]]
    new = Ids(int(max(row["id"] for rows in world.values() for row in rows), 16) + 100)
    gone, renamed, moved = pupils[4], pupils[5], pupils[6]
    users.remove(gone)
    renamed["name"]["last"] += "son"
    renamed["last_modified"] = _stamp(day)
    comer = _student(new, gone["district"], gone["roles"]["student"]["school"], 50 + day)
    users.append(comer)
    sections[0]["students"] = [one for one in sections[0]["students"] if one not in (gone["id"], moved["id"])] + [comer["id"]]
    sections[1]["students"] = [*sections[1]["students"], moved["id"]]
    world["terms"] = [world["terms"][1], {**world["terms"][0], "id": new()}]
    for section in sections:
        section["term_id"], section["last_modified"] = world["terms"][1]["id"], _stamp(day)
    return world


# ---- what must be in the directory ----------------------------------------------------------------------------------------------------

_GRADES = {"Kindergarten": "KG"}


def expected_people(world):
    """By Clever's id: (given name, family name, e-mail or None, roles) of all who are rostered."""
    found = {}
    for user in world["users"]:
        roles = sorted({"student": "student", "teacher": "teacher", "staff": "staff"}[role] for role in user["roles"] if role != "contact")
        if "contact" in user["roles"] and guarded(user):
            roles.append("guardian")
        if roles:
            found[user["id"]] = (user["name"].get("first") or None, user["name"]["last"], user["email"] or None, tuple(roles))
    return found


def guarded(user):
    """The ids of students whose guardian a contact is."""
    relations = user["roles"].get("contact", {}).get("student_relationships", [])
    return {one["student"] for one in relations if one["type"] not in ("Emergency", "Secondary") and one["relationship"] != "Self"}


def expected_guardianships(world):
    """Pairs of ids, guardian and student."""
    shown = {user["id"] for user in world["users"]}
    return {(user["id"], student) for user in world["users"] for student in guarded(user) if student in shown}


def expected_memberships(world):
    """(section, user, role) of everybody whom a section lists and who is shown."""
    shown = {user["id"] for user in world["users"]}
    return {(section["id"], user, role) for section in world["sections"]
            for role, users in (("student", section["students"]), ("teacher", [*section["teachers"], section["teacher"]]))
            for user in users if user in shown}
