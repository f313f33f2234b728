"""One district's roster on one day, as OneRoster 1.1 would show it.

Records are never changed in place: whoever changes one puts a new dict in its stead. So two days'
worlds share what did not change, and references may be shared between records.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import quote

COLLECTIONS = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics",
               "resources")

GUARDIAN_ROLES = frozenset(("guardian", "parent", "relative"))

_HREF_BASE = "https://sis.example/ims/oneroster/v1p1"
_REF_COLLECTIONS = {"org": "orgs", "academicSession": "academicSessions", "course": "courses",
                    "class": "classes", "user": "users", "resource": "resources"}


def reference(kind, sourced_id):
    """A GUIDRef: what OneRoster writes where one record names another."""
    href = f"{_HREF_BASE}/{_REF_COLLECTIONS[kind]}/{quote(sourced_id, safe='')}"
    return {"href": href, "sourcedId": sourced_id, "type": kind}


def ids_of(references):
    """The ids that a list of references names; an absent list names nobody."""
    return [ref["sourcedId"] for ref in references or ()]


@dataclass
class World:
    """A district's records of one day, and the people who left it and may come back."""

    seed: int
    today: date
    collections: dict = field(default_factory=lambda: {name: [] for name in COLLECTIONS})
    away: list = field(default_factory=list)
    serial: int = 0
    first: int = 0      # added to the numbers of schools, courses and classes: parts of one large district do not collide

    def __getitem__(self, collection):
        return self.collections[collection]

    def by_id(self, collection):
        """The records of a collection under their ids."""
        return {record["sourcedId"]: record for record in self.collections[collection]}

    def users_of(self, *roles):
        """The user records with one of these source roles, in the order of the world."""
        return [user for user in self.collections["users"] if user["role"] in roles]

    def size(self):
        """How many records the district has."""
        return sum(len(records) for records in self.collections.values())

    def to_json(self):
        """The world as one JSON text."""
        plain = {"seed": self.seed, "today": self.today.isoformat(), "serial": self.serial,
                 "collections": self.collections, "away": self.away}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_plain(cls, plain):
        """A world from what to_json wrote, already parsed; hand-made ones may leave things out."""
        collections = {name: plain.get("collections", {}).get(name, []) for name in COLLECTIONS}
        today = date.fromisoformat(plain.get("today", "2026-10-12"))
        return cls(plain.get("seed", 0), today, collections, plain.get("away", []), plain.get("serial", 0))

    def save(self, path):
        """Writes the world to a file."""
        Path(path).write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, path):
        """Reads a world that save wrote."""
        return cls.from_plain(json.loads(Path(path).read_text(encoding="utf-8")))
