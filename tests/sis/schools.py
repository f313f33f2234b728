"""Makes the schools of a made-up district, their courses and classes, and who sits in which class."""

from dataclasses import dataclass, field

from sis import calendar_year, names
from sis.people import modified
from sis.world import ids_of, reference

_CLASS_SIZE = 26
_KINDS = (
    ("Elementary School", ("KG", "01", "02", "03", "04", "05"), names.ELEMENTARY_SUBJECTS),
    ("Middle School", ("06", "07", "08"), names.SECONDARY_SUBJECTS),
    ("High School", ("09", "10", "11", "12"), names.SECONDARY_SUBJECTS),
)
DISTRICT_ID = "D/1"


@dataclass
class School:
    """One school while it is being filled."""

    sourced_id: str
    grades: tuple
    subjects: tuple
    courses: dict = field(default_factory=dict)     # (grade, subject) -> course id
    sections: dict = field(default_factory=dict)    # (grade, subject) -> [class id]
    by_grade: dict = field(default_factory=dict)    # grade -> [student id]


def make_orgs(world, rng, count):
    """The district's org and its schools; returns the schools, still empty."""
    places = rng.sample(names.PLACES, min(len(names.PLACES), count + 1))
    stamp = modified(world.today, rng)
    made, refs = [], []
    for index in range(count):
        kind, grades, subjects = _KINDS[index % len(_KINDS)]
        place = places[(index + 1) % len(places)]
        number = (world.first + index) // (len(places) - 1) + 1
        name = f"{place} {kind}" if number == 1 else f"{place} {kind} {number}"
        school = School(f"{1001 + world.first + index}", grades, subjects)
        made.append(school)
        refs.append(reference("org", school.sourced_id))
        world["orgs"].append({"sourcedId": school.sourced_id, "status": "active", "dateLastModified": stamp,
                              "name": name, "type": "school", "identifier": f"NC{9000 + world.first + index}",
                              "parent": reference("org", DISTRICT_ID)})
    world["orgs"].insert(0, {"sourcedId": DISTRICT_ID, "status": "active", "dateLastModified": stamp,
                             "name": f"{places[0]} County Schools", "type": "district",
                             "identifier": "NC0001", "children": refs})
    return made


def make_classes(world, rng, school):
    """Courses and classes for the grades that have students, as many sections as they need."""
    for grade in school.grades:
        students = school.by_grade.get(grade, ())
        sections = max(1, -(-len(students) // _CLASS_SIZE))
        for position, subject in enumerate(school.subjects):
            course = _course(world, rng, school, grade, subject)
            school.courses[grade, subject] = course
            school.sections[grade, subject] = [
                _class(world, rng, school, grade, subject, position, section) for section in range(sections)]


def _course(world, rng, school, grade, subject):
    sid = str(world.first + len(world["courses"]) + 1)
    world["courses"].append({
        "sourcedId": sid, "status": "active", "dateLastModified": modified(world.today, rng),
        "title": f"{subject} {grade}", "courseCode": f"{subject[:3].upper()}{grade}", "grades": [grade],
        "subjects": [subject], "schoolYear": reference("academicSession", calendar_year.SCHOOL_YEAR),
        "org": reference("org", school.sourced_id)})
    return sid


def _terms(school, position):
    """Elementary classes run all year by trimesters; the last two secondary subjects for one semester."""
    if school.subjects is names.ELEMENTARY_SUBJECTS:
        return calendar_year.TRIMESTERS
    return {6: calendar_year.SEMESTERS[:1], 7: calendar_year.SEMESTERS[1:]}.get(position, calendar_year.SEMESTERS)


def _class(world, rng, school, grade, subject, position, section):
    sid = str(world.first + len(world["classes"]) + 1)    # numbers of their own: they collide with the courses'
    world["classes"].append({
        "sourcedId": sid, "status": "active", "dateLastModified": modified(world.today, rng),
        "title": f"{subject} {grade}-{section + 1}", "classCode": f"{school.sourced_id}-{grade}{position}{section}",
        "classType": "homeroom" if position == 0 else "scheduled", "location": f"Room {rng.randint(1, 99)}",
        "grades": [grade], "subjects": [subject],
        "course": reference("course", school.courses[grade, subject]),
        "school": reference("org", school.sourced_id),
        "terms": [reference("academicSession", term) for term in _terms(school, position)],
        "periods": [str(position + 1)]})
    return sid


def enroll_all(world, rng, people, school):
    """Enrolls every student of a school in one section of each subject of the grade."""
    stay_together = school.subjects is names.ELEMENTARY_SUBJECTS
    org = reference("org", school.sourced_id)
    for grade, students in school.by_grade.items():
        groups = [[reference("class", sid) for sid in school.sections[grade, subject]]
                  for subject in school.subjects]
        for index, student in enumerate(students):
            user = reference("user", student)
            for position, sections in enumerate(groups):
                section = index if stay_together else index + index // len(sections) * position
                add_enrollment(world, rng, people, user, sections[section % len(sections)], org)


def add_enrollment(world, rng, people, user, class_, org, role="student", primary="false"):
    """One enrollment record; user, class_ and org are references."""
    letter = "t" if role == "teacher" else "s"
    record = {"sourcedId": f"{letter}{people.number()}", "status": "active",
              "dateLastModified": modified(world.today, rng), "user": user, "class": class_,
              "school": org, "role": role, "primary": primary}
    world["enrollments"].append(record)
    return record


def sections_of(world):
    """(school, grade, course) -> class ids, read back from a world."""
    found = {}
    for record in world["classes"]:
        for grade in record["grades"]:
            key = (record["school"]["sourcedId"], grade, record["course"]["sourcedId"])
            found.setdefault(key, []).append(record["sourcedId"])
    return found


def courses_of(sections, school, grade):
    """The sections a student of this school and grade chooses among, a list per course."""
    return [classes for (org, level, _), classes in sections.items() if (org, level) == (school, grade)]


def school_of(user):
    """The id of the first org of a user."""
    return ids_of(user.get("orgs"))[0]
