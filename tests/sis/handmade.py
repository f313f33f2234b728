"""Districts of a few people, made by hand, and a directory that is synced with them day after day."""

from datetime import date, timedelta

from sis.model import EVERYTHING, Directory, Settings
from sis.world import World, reference

DAY = date(2026, 10, 12)
ALL = Settings(**EVERYTHING, schools=frozenset(("A", "B")), existing="update",
               missing=dict.fromkeys(("student", "teacher", "staff", "administrator"), "archive"),
               class_lists="all", terms=frozenset(("T1",)), grades=frozenset(("01", "02")))


def record(sid, **fields):
    """Any record that is active."""
    return {"sourcedId": sid, "status": "active", "dateLastModified": "2026-10-12T02:00:00.000Z", **fields}


def user(sid, role="student", org="A", **fields):
    """A user whose name, e-mail and phone are its own unless said otherwise."""
    base = {"givenName": f"G-{sid}", "familyName": "F", "email": f"{sid}@x.example", "username": sid, "role": role,
            "orgs": [reference("org", org)]}
    return record(sid, **{**base, **fields})


def family(student, guardian, **fields):
    """A student and a guardian who name each other."""
    return [user(student, agents=[reference("user", guardian)]),
            user(guardian, "parent", agents=[reference("user", student)], **fields)]


def class_(sid, school="A", terms=("T1",), grades=("01",)):
    """A class of a school."""
    return record(sid, title=f"Class {sid}", school=reference("org", school), grades=list(grades),
                  terms=[reference("academicSession", term) for term in terms])


def seat(sid, user_id, class_id, role="student", **fields):
    """An enrollment."""
    return record(sid, user=reference("user", user_id), role=role, **{"class": reference("class", class_id)}, **fields)


def world_of(*users, classes=(), enrollments=()):
    """A district of the schools A and B, a term that runs (T1) and one that has ended (T0)."""
    world = World(0, DAY)
    world["orgs"].extend([record("A", name="A", type="school"), record("B", name="B", type="school")])
    world["academicSessions"].extend([
        record("T1", title="Now", type="term", startDate="2026-08-01", endDate="2027-01-01"),
        record("T0", title="Then", type="term", startDate="2026-01-01", endDate="2026-08-01")])
    world["users"].extend(users)
    world["classes"].extend(classes)
    world["enrollments"].extend(enrollments)
    return world


class Days:
    """A directory that is synced day after day."""

    def __init__(self, settings=ALL):
        self.directory = Directory()
        self.settings = settings
        self.today = DAY
        self.rows = None

    def sync(self, world, after=1, **options):
        """The sync of a later day."""
        self.rows = self.directory.apply_day(world, self.settings, self.today, **options)
        self.today += timedelta(days=after)
        return self

    def account(self, *sids):
        """The account of exactly these records, or None."""
        return self.rows["accounts"].get(frozenset(sids))

    def status(self, *sids):
        """Whether it is active or archived."""
        return self.account(*sids)["status"]

    def ended(self, class_id, sid, role="student"):
        """Whether a membership has ended; None where there never was one."""
        found = self.rows["memberships"].get((class_id, frozenset((sid,)), role))
        return found and found["ended"]
