"""A district beside an independent model of its directory (tests/sis/model.py): both see the same days, and must end alike."""

import datetime

from sis.evolve import evolve
from sis.generate import make_district
from sis.model import Directory
from sis.model_compare import compare, read_rows
from sis.model_settings import Settings
from sis.version_12 import as_12

ROLES = frozenset({"student", "teacher", "staff", "administrator"})
LEAVERS_GO = {f"archive-{role}": "archive" for role in ("students", "teachers", "staff", "administrators")}
# Two sealed snapshots archive, on whatever date, so that a test needs no clock of its own.
OWNERS_CHOICE = {"existing-people": "update", "archive-after-days": "0", "threshold-archive-percent": "100", "threshold-change-percent": "100",
                 **LEAVERS_GO}


def expected_settings(world):
    schools = frozenset(org["sourcedId"] for org in world["orgs"] if org["type"] == "school")
    return Settings(roles=ROLES, guardians="accounts", schools=schools, existing="update", missing=dict.fromkeys(ROLES, "archive"), days=0,
                    class_lists="all", terms=frozenset(term["sourcedId"] for term in world["academicSessions"]),
                    grades=frozenset(grade for klass in world["classes"] for grade in klass.get("grades", ())))


def today():
    """As the districts of tests have it: their zone is UTC, whatever this machine's is."""
    return datetime.datetime.now(datetime.UTC).date()


class Twin:
    """A district of a stack, made from a seed, and its model."""

    def __init__(self, stack, slug, seed, source=None, world=None, **size):
        """`source` holds options of `source add`, for instance page_size or version; `world` is shown instead of one made from the seed."""
        self.stack, self.world = stack, world or make_district(seed, today=today(), **size)
        self.district = stack.district(slug, world=self.world, settings=OWNERS_CHOICE, **(source or {}))
        self.model = Directory()

    def today(self, **wrong):
        """The model sees what is shown; `wrong` is what went wrong on the way (unsealed, unreadable, approved)."""
        shown = as_12(self.world) if self.district.version == "1.2" else self.world
        self.model.apply_day(shown, expected_settings(self.world), today(), **wrong)

    def next_day(self, seed, **how):
        self.world = evolve(self.world, seed, **how)
        self.district.show(self.world)

    def check(self, ignore=()):
        differences = compare(self.model.rows(), self.rows(), ignore)
        assert not differences, "\n".join(differences[:30])

    def rows(self):
        """The directory's rows. The superuser sees every district's: only this one's, by a role that row-level security binds."""
        with self.stack.connect() as connection:
            connection.execute(f"SET rollcall.district = '{self.district.id}'")
            connection.execute("SET ROLE rollcall_reconciler")
            return read_rows(connection.cursor())

    def counts(self, run):
        return self.stack.sql("SELECT counts FROM run WHERE run_id = %s", [run])[0][0]
