"""The owners' settings as far as the model knows them, with the defaults of the design."""

from dataclasses import dataclass, field

from sis.world import GUARDIAN_ROLES

ROLE_MAP = {"student": "student", "teacher": "teacher", "aide": "staff", "proctor": "staff", "counselor": "staff",
            **dict.fromkeys(("administrator", "principal", "siteAdministrator", "districtAdministrator",
                             "systemAdministrator"), "administrator")}


@dataclass(frozen=True)
class Settings:
    """What a district's owner chose. Nothing comes until something is chosen."""

    roles: frozenset = frozenset()          # of student, teacher, staff, administrator: which are rostered
    role_map: dict = field(default_factory=lambda: dict(ROLE_MAP))
    guardians: str = "off"                  # off, contacts, accounts
    schools: frozenset = frozenset()        # ids of orgs
    existing: str = "skip"                  # skip, update
    missing: dict = field(default_factory=dict)     # role → archive; keep where it is not named
    disabled: str = "keep"                  # keep, archive: people in the roster whom the SIS says to be disabled
    snapshots: int = 2                      # N and D of rule D1
    days: int = 3
    class_lists: str = "off"                # off, all
    terms: frozenset = frozenset()
    grades: frozenset = frozenset()

    def role_of(self, word):
        """The rostered role that a source's word means: one of the four, guardian, or None where it is not rostered."""
        if word in GUARDIAN_ROLES:
            return "guardian" if self.guardians != "off" else None
        role = self.role_map.get(word)
        return role if role in self.roles else None

    def archives(self, role):
        """Are people of this role archived when they have gone? Guardians follow their students."""
        return self.missing.get("student" if role == "guardian" else role) == "archive"


EVERYTHING = {"roles": frozenset(("student", "teacher", "staff", "administrator")), "guardians": "accounts"}
