"""An independent model of two sources and of what people decide: mirror, plan, hold, approve, decline, discard, undo. Written from the protocol (C5, D, P),
never from the C code. People are children and teachers with a name and a user name of their own, so that who is who is never in doubt (matching has scenarios);
each source has them or not, with a middle name of its own and one class. The model says, for any moment, what is proposed and what the directory holds."""

import datetime
from dataclasses import dataclass, field

ROUNDS = 6      # how often a run plans and applies before it leaves the rest to the next


@dataclass
class Row:
    """What one source says of a person or of an enrollment, with its countdown (D1, D2)."""

    value: object = None
    present: bool = True
    absent_on: datetime.date = None
    gone: bool = False
    sights: int = 0
    returns: int = 0
    version: int = 0        # of the value
    declined: int = None    # the number of returns at which its presence was declined (P7)
    joins: dict = field(default_factory=dict)   # marks of memberships that were declined before there was an account
    enabled: bool = True
    word: int = 0           # how often that moved
    off_on: datetime.date = None    # the countdown of who is disabled, which begins and completes as that of who is missing
    off: bool = False

    def seen(self, value, enabled=True):
        if not self.present:
            self.sights += 1
            self.returns += self.gone
        self.present, self.absent_on, self.gone = True, None, False
        if value != self.value:
            self.value, self.version = value, self.version + 1
        if enabled != self.enabled:
            self.enabled, self.word = enabled, self.word + 1
        if enabled:
            self.off_on, self.off = None, False

    def said_disabled(self, today, days):
        """By a whole snapshot."""
        if self.off_on is None:
            self.off_on = today
        elif (today - self.off_on).days >= days:
            self.off = True

    def missed(self, today, days):
        if self.absent_on is None:
            self.present, self.absent_on = False, today
        elif (today - self.absent_on).days >= days:
            self.gone = True

    def refused(self):
        return self.declined == self.returns


@dataclass
class Account:
    middle: str
    roles: frozenset
    active: bool = True
    links: set = field(default_factory=set)         # sources whose record it follows
    versions: dict = field(default_factory=dict)    # field, 'status' or membership → how often it moved
    lists: dict = field(default_factory=dict)       # source → is the person in that source's class?
    marks: dict = field(default_factory=dict)       # (kind, field) → what the mark waits for
    marked: dict = field(default_factory=dict)      # (kind, field) → when

    def moved(self, what):
        self.versions[what] = self.versions.get(what, 0) + 1
        return self.versions[what]


@dataclass(frozen=True)
class Item:
    kind: str
    who: str
    source: int = None          # of a create or link: whose record; of a join or end: whose class
    name: str = ""              # of an update: the field
    was: object = None
    to: object = None
    evidence: frozenset = frozenset()
    basis: frozenset = field(default=frozenset(), compare=False)     # the sources whose records it rests on
    waits: object = field(default=None, compare=False)
    hold: str = field(default="", compare=False)


@dataclass
class Entry:
    run: object
    item: Item
    version: int
    at: int
    undone: bool = False

    def thing(self):
        """What it moved."""
        return self.item.who, "status" if self.item.kind in ("create", "archive", "restore") else self.item.name or self.item.source


class Model:
    """One district. Sources are 0 and 1; 0 has authority."""

    def __init__(self, people, days):
        """people: name → student or teacher."""
        self.people, self.days = people, days
        self.records, self.seats = [{}, {}], [{}, {}]      # by source: name → Row
        self.accounts, self.first_sync, self.always = {}, [True, True], False
        self.open, self.run, self.discarded, self.history, self.clock = [], None, [], [], 0

    # ---- the mirror ----

    def mirror(self, source, people, seats, today, sealed):
        """people: name → middle name, enabled; seats: names in the class; sealed: were the people read to the end? Enrollments always are."""
        for table, shown, whole in ((self.records, people, sealed), (self.seats, dict.fromkeys(seats, ("", True)), True)):
            for name, (value, enabled) in shown.items():
                row = table[source].setdefault(name, Row(value, enabled=enabled))
                row.seen(value, enabled)
                if whole and not enabled:
                    row.said_disabled(today, self.days)
            for name, row in table[source].items():
                if whole and name not in shown:
                    row.missed(today, self.days)

    # ---- the plan ----

    def rows(self, who):
        """The records of a person: source → Row."""
        return {source: self.records[source][who] for source in (0, 1) if who in self.records[source]}

    def away(self, who, source):
        """Why the record does not carry its person, or None. Who is disabled keeps an account until the countdown is complete, and gets none."""
        row, account = self.records[source][who], self.accounts.get(who)
        if row.gone:
            return "gone", row.sights
        keeps = account and account.active and source in account.links
        return None if row.enabled or (keeps and not row.off) else ("off", row.word)

    def role(self, who, source):
        return f"{self.people[who]}/{source}"

    def plan(self):
        """Everything that should change, each with the hold that it has by itself."""
        return [item for who in self.people for item in self.decide(who)]

    def item(self, kind, who, basis, **more):
        hold = "first sync" if any(self.first_sync[source] for source in basis) else "always approve" if self.always else ""
        return Item(kind, who, basis=frozenset(basis), hold=more.pop("hold", None) or hold, **more)

    def decide(self, who):
        rows, account = self.rows(who), self.accounts.get(who)
        loose = {source: row for source, row in rows.items() if not account or source not in account.links}
        ready = sorted(source for source, row in loose.items() if row.present and not self.away(who, source))
        if any(row.refused() for row in loose.values()):
            ready = []      # who was declined speaks for the other loose records of the person (P7)
        if not account:
            return self.create(who, rows, ready)
        items = [self.item("link", who, [source], source=source, waits={source: rows[source].returns}) for source in ready]
        return items + self.follow(who, account, rows, bool(items))

    def create(self, who, rows, ready):
        if not ready:
            return []
        # A teacher's records of the same name and e-mail are one person at once; a child's second record follows the account.
        used = ready if self.people[who] == "teacher" else ready[:1]
        values = rows[used[0]].value, frozenset(self.role(who, source) for source in used)
        made = self.item("create", who, used, source=used[0], to=values, waits={source: rows[source].returns for source in used})
        return [made] + self.joins(who, None, used, made.hold)

    def follow(self, who, account, rows, joining):
        alive = sorted(source for source in account.links if not self.away(who, source))
        if account.active and not alive:
            evidence = frozenset((source, self.away(who, source)) for source in account.links)
            declined = evidence <= account.marks.get(("archive", ""), frozenset()) and evidence
            items = [] if joining or declined or not account.links else [self.item("archive", who, account.links, evidence=evidence, waits=evidence)]
            return items + self.members(who, account, rows, joining, None)
        if account.active:
            return self.updates(who, account, rows, alive) + self.members(who, account, rows, joining, "")
        back = [source for source in alive if rows[source].present and not rows[source].refused()]
        if not back:
            return self.members(who, account, rows, joining, None)
        restore = self.item("restore", who, back, waits={source: rows[source].returns for source in back})
        return [restore] + self.members(who, account, rows, joining, restore.hold)

    def updates(self, who, account, rows, alive):
        items = []
        speaker = alive[0]
        wanted = {"middle_name": (rows[speaker].value, [speaker]), "roles": (frozenset(self.role(who, source) for source in alive), [speaker])}
        for name, (value, basis) in wanted.items():
            now = account.middle if name == "middle_name" else account.roles
            waits = (0 if name == "roles" else rows[speaker].version, speaker, value)
            mark = account.marks.get(("field", name))
            declined = mark and mark[2] == value and (mark[1] != speaker or mark[0] == waits[0])
            if value != now and not declined:
                items.append(self.item("update", who, basis, name=name, was=now, to=value, waits=waits))
        return items

    def wants(self, who, source):
        """What asks for the membership now: the number of its returns, or None."""
        row, seat = self.records[source].get(who), self.seats[source].get(who)
        if not row or not seat or not (row.present and seat.present) or self.away(who, source) or seat.gone:
            return None
        return seat.returns

    def joins(self, who, account, sources, hold):
        items = []
        for source in sources:
            wish = self.wants(who, source)
            marks = [self.records[source][who].joins.get(source)] + ([account.marks.get(("join", source))] if account else [])
            if wish is not None and wish not in marks and not (account and account.lists.get(source)):
                item = self.item("join", who, [source], source=source, waits=wish)
                items.append(Item(**{**item.__dict__, "hold": item.hold or hold}))
        return items

    def members(self, who, account, rows, joining, hold):
        """hold: what a restore that is proposed waits for; None: the account is not there to be joined."""
        items = self.joins(who, account, account.links, hold) if hold is not None else []
        if joining:
            return items
        for source, on in account.lists.items():
            seat = self.seats[source].get(who)
            linked = source in account.links
            if not on or (linked and seat and not seat.gone and not self.away(who, source)):
                continue
            evidence = frozenset() if not linked else frozenset([("seat", seat.sights) if seat.gone else ("person", self.away(who, source))])
            mark = account.marks.get(("end", source))
            if mark is not None and evidence <= mark and (evidence or not mark):
                continue
            items.append(self.item("end", who, account.links, source=source, evidence=evidence, waits=evidence))
        return items

    # ---- holds and decisions ----

    def make(self, run):
        """The open plan of now: what was held stays held, by key, also what the plan held that was just discarded (P3, P5)."""
        before = {item: item.hold for item in self.discarded}
        before.update({item: item.hold for item in self.open})
        self.open = [Item(**{**item.__dict__, "hold": item.hold or before.get(item, "")}) for item in self.plan()]
        self.run, self.discarded = run, []

    def rounds(self, approved=()):
        """Applies what nothing holds and what was approved, and plans again, until nothing goes."""
        for _ in range(ROUNDS):
            fresh = set(self.plan())
            going = [item for item in self.open if not item.hold or item in approved]
            self.open = [item for item in self.open if item not in going]
            stands = [item for item in going if item in fresh]     # what the world has overtaken is planned again by the next run (P4)
            for item in stands:
                self.apply(item)
            if not stands:
                return
            self.make(self.run)
            approved = ()

    def sync(self, run):
        self.make(run)
        self.rounds()

    def approve(self, items):
        for item in items:
            for source in item.basis:
                self.first_sync[source] = False
        self.rounds(items)

    def followers(self, items):
        """What ends by an absence of those whose archive is among the items."""
        gone = {item.who for item in items if item.kind == "archive"}
        return [item for item in self.open if item.kind == "end" and item.who in gone and item.evidence]

    def decline(self, items):
        items = [*items, *(item for item in self.followers(items) if item not in items)]
        fresh = set(self.plan())
        for item in items:
            if item in fresh:
                self.mark(item)
        self.open = [item for item in self.open if item not in items]
        self.rounds()

    def discard(self):
        if self.open:
            self.discarded, self.open = self.open, []

    def tick(self):
        self.clock += 1
        return self.clock

    def mark(self, item, made=None):
        """made: when that was done which is taken back; what was refused later is about something later, and stays (P7)."""
        account = self.accounts.get(item.who)
        if item.kind in ("create", "link", "restore"):
            for source, returns in item.waits.items():
                self.records[source][item.who].declined = returns
        elif account:
            kind = "field" if item.kind == "update" else item.kind
            name = "" if item.kind == "archive" else item.name if item.kind == "update" else item.source
            if made is None or account.marked.get((kind, name), 0) < made:
                account.marks[kind, name], account.marked[kind, name] = item.waits, self.tick()
        else:
            self.records[item.source][item.who].joins[item.source] = item.waits

    # ---- applying and taking back ----

    def apply(self, item):
        account = self.accounts.get(item.who)
        version = 0
        if item.kind == "join" and not (account and account.active):
            return      # approved without the account that it needs: planned again (P4)
        if item.kind == "create":
            speaker = min(item.basis)
            account = Account(self.records[speaker][item.who].value, frozenset(self.role(item.who, source) for source in item.basis), links=set(item.basis))
            self.accounts[item.who] = account
            version = account.versions.get("status", 0)
        elif item.kind == "link":
            account.links.add(item.source)
        elif item.kind in ("archive", "restore"):
            account.active, version = item.kind == "restore", account.moved("status")
        elif item.kind == "update":
            if item.name == "roles":
                account.roles = item.to
            else:
                account.middle = item.to
            version = account.moved(item.name)
        else:
            account.lists[item.source], version = item.kind == "join", account.moved(item.source)
        self.history.append(Entry(self.run, item, version, self.tick()))

    def undo(self, run):
        self.rounds()       # as with every word of a person, what nothing holds is tried first
        for entry in reversed(self.history):
            if entry.run == run and not entry.undone:
                entry.undone = self.take_back(entry)

    def take_back(self, entry):
        """Whether it could be: nothing had moved since, but what was taken back in turn."""
        item, account = entry.item, self.accounts[entry.item.who]
        if item.kind == "link":
            if item.source not in account.links:
                return False
            account.links.discard(item.source)
            self.decline_presence(item.who, [item.source])
            return True
        what = entry.thing()[1]
        back = sum(later.undone and later.at > entry.at and later.thing() == entry.thing() and later.item.kind != "link" for later in self.history)
        if account.versions.get(what, 0) != entry.version + 2 * back or (what == "status" and account.active == (item.kind == "archive")):
            return False
        account.moved(what)
        if item.kind in ("create", "restore"):
            account.active = False
            self.decline_presence(item.who, account.links)
            return True
        if item.kind == "archive":
            account.active = True
        elif item.kind == "update" and item.name == "roles":
            account.roles = item.was
        elif item.kind == "update":
            account.middle = item.was
        else:
            account.lists[item.source] = item.kind == "end"
        self.mark(item, entry.at)
        return True

    def decline_presence(self, who, sources):
        for source in sources:
            self.records[source][who].declined = self.records[source][who].returns
