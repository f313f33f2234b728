"""An independent model of the directory: what it must hold after each day's sync.

Written from the design (its settings) and the protocol (N1, C5, P2, D), never from the C code; where those leave
something open, the choice made here is said in a comment that begins with "Open:". The model is the state in which
nothing is left to do after a day's snapshot, with every item of the plan approved; `approved=False` leaves the
directory as it was and only moves the mirror.

One source, no thresholds, no pins, no hands, nobody re-keyed: tests of those say what they expect themselves.
"""

from dataclasses import dataclass, field

from sis.model_compare import compare
from sis.model_mirror import Mirror, disabled
from sis.model_roles import family_only, relation, stated, words
from sis.model_settings import EVERYTHING, ROLE_MAP, Settings
from sis.world import ids_of

__all__ = ["Account", "Directory", "EVERYTHING", "ROLE_MAP", "Settings", "compare"]

# Column of the directory → field of the source.
FIELDS = {"username": "username", "given_name": "givenName", "family_name": "familyName",
          "middle_name": "middleName", "email": "email", "phone": "phone", "sms": "sms",
          "identifier": "identifier"}


@dataclass(eq=False)
class Account:
    """One person of the application."""

    records: set = field(default_factory=set)       # ids of the user records it follows
    kind: str = "account"
    status: str = "active"
    fields: dict = field(default_factory=dict)
    roles: set = field(default_factory=set)         # (role, school id)


def person_key(user):
    """Name, e-mail and phone, by which several records are one person; None where the last two are missing."""
    email, phone = user.get("email") or "", user.get("phone") or ""
    if not (email or phone):
        return None
    return user.get("givenName"), user.get("familyName"), email, phone


class Directory:
    """The accounts of one district, and what the model must remember to go on."""

    def __init__(self):
        self.mirror = Mirror()
        self.accounts = []
        self.links = {}             # user record id → Account
        self.guardianships = {}     # (guardian Account, student Account) → [relation, ended]
        self.lists = {}             # class id → row of user_list
        self.memberships = {}       # (class id, Account, role) → ended
        self.settings = Settings()
        self.today = None
        self._children = {}         # guardian record id → ids of the students it is a guardian of
        self._known = {}            # answers of today, by question

    def apply_day(self, world, settings, date, *, unsealed=(), unreadable=None, approved=True):
        """The sync of one day. Returns the directory as rows (see rows)."""
        self.settings, self.today, self._known = settings, date, {}
        self.mirror.take(world, date, (settings.snapshots, settings.days), unsealed, unreadable)
        if approved:
            self._relate()
            self._adopt()
            for account in self.accounts:
                self._follow(account)
            self._keep_guardianships()
            self._keep_memberships()
        return self.rows()

    # ---- who is rostered -------------------------------------------------------------------------------------------

    def _relate(self):
        """Guardians and their students, from either side's agents, by the last readable word of each record."""
        users = self.mirror["users"]
        pairs = set()
        for sid, row in users.items():
            for agent in ids_of(row.body.get("agents")):
                if agent in users:
                    pairs |= {(agent, sid), (sid, agent)}
        self._children = {}
        for guardian, student in pairs:
            if relation(users[guardian].body, self.today) and self._is_student(users[student].body):
                self._children.setdefault(guardian, set()).add(student)

    def _is_student(self, user):
        return "student" in words(user, self.today)

    def _person_key(self, user):
        """Students join with nobody."""
        return None if self._is_student(user) else person_key(user)

    def _held(self, user):
        """The rostered roles of a record, as (role, school).
        Open: a role at an org that is no school is a role at the district (''), for which the chosen schools are not asked."""
        orgs, held = self.mirror["orgs"], set()
        for word, org in stated(user, self.today):
            role, is_school = self.settings.role_of(word), org in orgs and orgs[org].body["type"] == "school"
            if role and (not is_school or org in self.settings.schools):
                held.add((role, org if is_school else ""))
        return held

    def _carries(self, sid):
        """Does this record keep its person rostered? Also while its countdown runs."""
        if sid not in self._known:
            row = self.mirror["users"][sid]
            family = relation(row.body, self.today) and self.settings.guardians != "off"
            if row.gone:
                self._known[sid] = False
            elif any(role != "guardian" for role, _ in self._held(row.body)):
                self._known[sid] = not self._left_disabled(sid)
            else:
                self._known[sid] = bool(family) and any(self._carries(child) for child in self._children.get(sid, ()))
        return self._known[sid]

    def _left_disabled(self, sid):
        """Disabled, where that is a reason to leave: who has an account keeps it until the countdown is complete, and nobody gets one."""
        row, account = self.mirror["users"][sid], self.links.get(sid)
        if self.settings.disabled != "archive" or not disabled(row.body):
            return False
        return row.off or account is None or account.status == "archived"

    def _speaks(self, sid):
        """Is the record here, readable and rostered? Only such a one creates, restores and joins."""
        row = self.mirror["users"][sid]
        return row.present and not row.unread and self._carries(sid)

    # ---- accounts --------------------------------------------------------------------------------------------------

    def _adopt(self):
        """Gives every record that speaks an account: one that the same person has, or a new one for all of them."""
        loose = [sid for sid in sorted(self.mirror["users"]) if sid not in self.links and self._speaks(sid)]
        groups = {}
        for sid in loose:
            groups.setdefault(self._person_key(self.mirror["users"][sid].body) or sid, []).append(sid)
        now, ever = self._accounts_by_key()
        for key, sids in groups.items():
            matching = now.get(key, ())
            if len(matching) == 1:
                self._link(matching[0], sids)
            elif not ever.get(key):
                account = Account()
                self.accounts.append(account)
                self._link(account, sids)
                self._write(account, self._by_authority(sids))
            # else ambiguous, or only an older value matches: for a person to say (P2)

    def _link(self, account, sids):
        account.records.update(sids)
        self.links.update(dict.fromkeys(sids, account))

    def _accounts_by_key(self):
        """key → accounts whose records have it now; key → accounts that have it at all (an older value blocks)."""
        now, ever = {}, {}
        for account in self.accounts:
            rows = [self.mirror["users"][sid] for sid in account.records]
            own = {_own_key(account)} - {None}
            present = {self._person_key(row.body) for row in rows if row.present} - {None}
            for key in present or own:
                now.setdefault(key, []).append(account)
            for key in own | {self._person_key(row.body) for row in rows}:
                ever.setdefault(key, []).append(account)
        return now, ever

    def _follow(self, account):
        """Restores, archives or updates an account by its records."""
        alive = self._alive(account)
        if account.status == "archived":
            if any(self._speaks(sid) for sid in alive):
                account.status = "active"
        elif not alive:
            disabled_alone = all(self._left_disabled(sid) and not self.mirror["users"][sid].gone for sid in account.records)
            if disabled_alone or all(self.settings.archives(role) for role in self._held_roles(account)):
                account.status = "archived"
        if account.status == "active" and alive and self.settings.existing == "update":
            self._write(account, alive)

    def _alive(self, account):
        """The records that carry the account, the one with authority first."""
        return self._by_authority(sid for sid in account.records if self._carries(sid))

    def _by_authority(self, sids):
        """Open: present ones first, then who is more than a guardian, then by id."""
        rows = self.mirror["users"]
        return sorted(sids, key=lambda sid: (not rows[sid].present, family_only(rows[sid].body, self.today), sid))

    def _held_roles(self, account):
        """The roles whose setting decides about archiving; the safer of several wins."""
        held = {role for role, _ in account.roles}
        stated_now = {word for sid in account.records for word in words(self.mirror["users"][sid].body, self.today)}
        return held or {self.settings.role_of(word) for word in stated_now}

    def _write(self, account, alive):
        """Values and roles from these records; where the first cannot be read, nothing is said of the person."""
        rows = [self.mirror["users"][sid] for sid in alive]
        if rows[0].unread:
            return
        bodies = [row.body for row in rows]
        for column, name in FIELDS.items():
            # Open: the first record with a value speaks for a field, not only the first record.
            account.fields[column] = next((body[name] for body in bodies if body.get(name)), None)
        account.fields["grades"] = next((list(body["grades"]) for body in bodies if body.get("grades")), [])
        account.roles = set().union(*map(self._held, bodies))
        families = {family_only(body, self.today) for body in bodies}
        # Open: who is a guardian alone is a contact where only contact data is wanted; a teacher too is an account.
        account.kind = "contact" if families == {True} and self.settings.guardians == "contacts" else "account"

    # ---- guardianships and memberships -----------------------------------------------------------------------------

    def _keep_guardianships(self):
        """Begun where both are here, ended where either has gone or the relation is no longer told (D4)."""
        told = {}
        for guardian in sorted(self._children):
            for student in self._children[guardian]:
                if guardian in self.links and student in self.links:
                    pair = self.links[guardian], self.links[student]
                    told.setdefault(pair, []).append((guardian, student))
        for pair, records in told.items():
            if all(account.status == "active" for account in pair) and \
                    any(self._speaks(guardian) and self._speaks(student) for guardian, student in records):
                self.guardianships[pair] = [relation(self.mirror["users"][records[0][0]].body, self.today), False]
        for pair, state in self.guardianships.items():
            if not any(self._carries(guardian) and self._carries(student)
                       for guardian, student in told.get(pair, ())):
                state[1] = True

    def _keep_memberships(self):
        """Joined where enrollment, class and person are here; ended on its own evidence (D4)."""
        alive, here = set(), set()
        kept = {class_id for class_id in self.mirror["classes"] if self._lists(class_id)}
        for row in self.mirror["enrollments"].values():
            user, class_id = row.body["user"]["sourcedId"], row.body["class"]["sourcedId"]
            if class_id not in kept or user not in self.links or not self._counts(row, user):
                continue
            key = (class_id, self.links[user], row.body["role"])
            alive.add(key)
            if row.present and not row.unread and self._speaks(user) and key[1].status == "active":
                here.add(key)
        for key in here:
            self.memberships[key] = False
            self._list(key[0])
        for key in self.memberships.keys() - alive:
            if not any(self.mirror["users"][sid].unread for sid in key[1].records):
                self.memberships[key] = True

    def _counts(self, row, user):
        """Is this enrollment still one, of somebody who is rostered?"""
        end = row.body.get("endDate")
        return not row.gone and not (end and end <= self.today.isoformat()) and self._carries(user)

    def _lists(self, class_id):
        """Is the class kept as a list: chosen school, a chosen term that runs, a chosen grade?"""
        row = self.mirror["classes"][class_id]
        if self.settings.class_lists == "off" or row.gone or \
                row.body["school"]["sourcedId"] not in self.settings.schools:
            return False
        return bool(self.settings.grades.intersection(row.body.get("grades", ()))) and \
            any(self._runs(term) for term in ids_of(row.body["terms"]) if term in self.settings.terms)

    def _runs(self, term):
        """A term that has not ended; the day of its end is no longer part of it."""
        row = self.mirror["academicSessions"].get(term)
        return row is not None and not row.gone and row.body["endDate"] > self.today.isoformat()

    def _list(self, class_id):
        """Open: a class has a list from its first member on, and the list's title follows the class."""
        body = self.mirror["classes"][class_id].body
        self.lists[class_id] = {"class_id": class_id, "title": body["title"], "class_code": body.get("classCode"),
                                "school_id": body["school"]["sourcedId"]}

    # ---- what is expected ------------------------------------------------------------------------------------------

    def rows(self):
        """The directory as plain data, in the shape that compare takes apart rows of the database into."""
        names = {account: frozenset(account.records) for account in self.accounts}
        return {
            "accounts": {names[account]: {"kind": account.kind, "status": account.status, **account.fields,
                                          "roles": frozenset(account.roles)} for account in self.accounts},
            "guardianships": {(names[guardian], names[student]): {"relation": relation, "ended": ended}
                              for (guardian, student), (relation, ended) in self.guardianships.items()},
            "lists": dict(self.lists),
            "memberships": {(class_id, names[account], role): {"ended": ended}
                            for (class_id, account, role), ended in self.memberships.items()},
        }


def _own_key(account):
    """The key of an account's own values; a student's and an empty one are none."""
    email, phone = account.fields.get("email") or "", account.fields.get("phone") or ""
    if not (email or phone) or any(role == "student" for role, _ in account.roles):
        return None
    return account.fields["given_name"], account.fields["family_name"], email, phone
