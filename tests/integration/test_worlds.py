"""Random small worlds against an independent model (tests/sis/model_decisions.py): two sources that sync in turn or at the same time, whole or not, and
people who approve, decline, discard and undo in between. After every step what waits and what the directory holds must be what the model says. A world is
a school of four people in two sources; many share a district, so that the moments are the same for all and everything else is each world's own.
ROLLCALL_TEST_WORLDS=10000 plays more of them."""

import datetime
import os
import random

import pytest
from sis.model_decisions import Model
from with_plans import PlannedDistrict
from with_reconciler import enrollment, record, user

WORLDS = int(os.environ.get("ROLLCALL_TEST_WORLDS", "1000"))
TOGETHER = 125      # worlds of a district
STEPS = 12
PEOPLE = {"a": "student", "b": "student", "c": "student", "t": "teacher"}
ACTS = ["sync"] * 6 + ["both"] * 3 + ["unsealed", "approve", "approve", "approve_part", "approve_part", "decline_part", "decline_part", "discard", "undo", "always_"]
PORTER = user("porter", role="porter"), enrollment("e-porter", "porter", "c0")      # whoever else is there: neither collection is ever empty


class Source:
    """What one SIS holds: name → middle name, who is disabled, and who is in the class of the world."""

    def __init__(self, rng, people):
        self.rng = rng
        self.middle = {who: "A" for who in people}
        self.here = {who for who in people if rng.random() < 0.7}
        self.disabled = set()
        self.seats = {who for who in people if rng.random() < 0.5}

    def change(self):
        for who in self.middle:
            if self.rng.random() < 0.12:
                self.here ^= {who}
            if self.rng.random() < 0.08:
                self.disabled ^= {who}
            if self.rng.random() < 0.12:
                self.seats ^= {who}
            if self.rng.random() < 0.1:
                self.middle[who] = self.rng.choice("ABC")

    def shown(self):
        return {who: (self.middle[who], who not in self.disabled) for who in sorted(self.here)}, sorted(self.seats & self.here)


class Play:
    def __init__(self, postgres, database, seed):
        self.rng, self.log, self.stamp = random.Random(seed), [], 0
        self.people = {f"{world}{who}": role for world in range(TOGETHER) for who, role in PEOPLE.items()}
        days = self.rng.choice([0, 1, 2])
        self.district = PlannedDistrict(postgres, database, page_size=2000, schools=[f"s{world}" for world in range(TOGETHER)], guardians="off", existing_people="update",
                                        archive_students="archive", archive_teachers="archive", disabled_people="archive", archive_after_days=days, threshold_archive_percent=100,
                                        threshold_change_percent=100)
        second = self.district.one("INSERT INTO source (district_id, name, base_url, auth, authority, verify) VALUES (%s, 'other', 'http://other.invalid', 'oauth2', 2, false) "
                                   "RETURNING source_id", self.district.id)
        self.ids = [self.district.source, second]
        self.sources = [Source(self.rng, self.people) for _ in self.ids]
        self.model = Model(self.people, days)
        self.runs, self.always = [], False

    # ---- steps ----

    def step(self, act):
        self.log.append(act)
        getattr(self, act)()
        self.compare()

    def roster(self, source):
        people, seats = self.sources[source].shown()
        self.stamp += 1
        stamp = f"2026-09-01T{self.stamp // 60:02d}:{self.stamp % 60:02d}:00Z"
        users = [user(who, role=self.people[who], org=f"s{who[:-1]}", givenName="Kim", username=f"kim{who}", email=f"{who}@example.org", middleName=middle, enabled=enabled, modified=stamp)
                 for who, (middle, enabled) in people.items()]
        roles = {who: enrollment(f"e{who}", who, f"c{who[:-1]}", role=self.people[who]) for who in seats}
        return people, seats, {
            "orgs": [record(f"s{world}", name=f"School {world}", type="school") for world in range(TOGETHER)],
            "academicSessions": [record("t1", title="Year", type="term", startDate="2026-08-01", endDate="2099-06-30")],
            "courses": [record("k1", title="Course", org="s0")],
            "classes": [record(f"c{world}", title=f"Class {world}", course="k1", school=f"s{world}", terms=["t1"]) for world in range(TOGETHER)],
            "users": [*users, PORTER[0]],
            "enrollments": [*roles.values(), PORTER[1]],
        }

    def begin(self, source, sealed=True):
        """A run up to the moment in which everything has arrived; calling what it gives lets it be planned."""
        self.sources[source].change()
        people, seats, roster = self.roster(source)
        if not self.model.first_sync[source]:
            roster = {name: roster[name] for name in ("users", "enrollments")}
        self.district.source = self.ids[source]
        run = self.district.begin(tuple(roster))
        self.district.fetch(run, roster, () if sealed else ("users",))

        def ready():
            self.district.ready(run)
            self.runs.append(run)
            self.model.mirror(source, people, seats, self.district.day, sealed)
            self.model.sync(run)

        return ready

    def day(self):
        self.district.day += datetime.timedelta(days=self.rng.choice([0, 1, 1, 2]))

    def sync(self):
        self.day()
        self.begin(self.rng.randrange(2))()

    def unsealed(self):
        self.day()
        self.begin(self.rng.randrange(2), sealed=False)()

    def both(self):
        """Two sources at once: both read, then one after the other planned, perhaps with a decision in between."""
        self.day()
        runs = [self.begin(source) for source in self.some_order()]
        self.rng.shuffle(runs)
        runs[0]()
        if self.rng.random() < 0.5:
            self.rng.choice([self.approve_part, self.decline_part, self.undo])()
        runs[1]()

    def some_order(self):
        return self.rng.sample(range(2), 2)

    def part(self, share=0.4):
        """Some of what waits: rows of the plan, and the model's items for them."""
        known = {self.shape(item): item for item in self.model.open}
        rows = [row for row in self.district.items() if self.rng.random() < share]
        return rows, [known[self.shape_of(row)] for row in rows]

    def approve(self):
        self.approve_part(1)

    def approve_part(self, share=0.4):
        rows, items = self.part(share)
        self.district.approve(rows)
        self.model.approve(items)

    def decline_part(self):
        rows, items = self.part(0.3)
        self.district.decide("declined", rows)
        self.model.decline(items)

    def discard(self):
        self.district.discard()
        self.model.discard()

    def undo(self):
        if self.runs:
            run = self.rng.choice(self.runs[-3:])
            self.district.undo(run)
            self.model.undo(run)

    def always_(self):
        self.always = not self.always
        self.district.set(approval="always" if self.always else "first and held")
        self.model.always = self.always

    # ---- what there is, and what there should be ----

    def shape(self, item):
        to = item.to if item.name == "middle_name" else ""
        return item.kind, item.who, item.source, item.name, to, bool(item.hold)

    def shape_of(self, row):
        parts = (row["field"] if row["kind"] in ("join", "end") else row["subject"]).split(":")
        source = self.ids.index(next(one for one in self.ids if str(one) == parts[1])) if row["kind"] in ("create", "link", "join", "end") else None
        who = row["subject"].split(":")[2] if row["subject"].startswith("r:") else self.names[row["subject"][2:]]
        name = row["field"] if row["kind"] == "update" else ""
        return row["kind"], who, source, name, row["new_value"] if name == "middle_name" else "", bool(row["hold"])

    def directory(self):
        rows = self.district.all("""
            SELECT a.account_id, a.family_name, a.middle_name, a.status, (SELECT array_agg(l.source_id) FROM account_link l WHERE l.account_id = a.account_id) AS links,
                   (SELECT array_agg(r.role || '/' || r.source_id) FROM account_role r WHERE r.account_id = a.account_id AND r.ended_on IS NULL) AS roles,
                   (SELECT array_agg(u.source_id) FROM membership m JOIN user_list u USING (district_id, list_id)
                    WHERE m.account_id = a.account_id AND m.ended_on IS NULL) AS lists
            FROM account a""")
        self.names = {str(row["account_id"]): row["family_name"] for row in rows}
        assert len(self.names) == len({*self.names.values()}), "somebody has two accounts"
        number = {str(source): at for at, source in enumerate(self.ids)}
        return {row["family_name"]: (row["status"] == "active", row["middle_name"], {number[str(one)] for one in row["links"] or []},
                                     {f"{role.split('/')[0]}/{number[role.split('/')[1]]}" for role in row["roles"] or []},
                                     {number[str(one)] for one in row["lists"] or []}) for row in rows}

    def compare(self):
        there = self.directory()
        wanted = {who: (one.active, one.middle, one.links, {*one.roles}, {source for source, on in one.lists.items() if on})
                  for who, one in self.model.accounts.items()}
        differ = [f"{who}: {there.get(who)}, the model says {wanted.get(who)}" for who in sorted({*there, *wanted}) if there.get(who) != wanted.get(who)]
        shown, expected = {self.shape_of(row) for row in self.district.items()}, {self.shape(item) for item in self.model.open}
        differ += [f"waits without need: {item}" for item in sorted(shown - expected, key=str)] + [f"should wait: {item}" for item in sorted(expected - shown, key=str)]
        assert not differ, f"after {self.log}:\n" + "\n".join(differ[:8])


@pytest.mark.parametrize("seed", range(-(-WORLDS // TOGETHER)))
def test_the_reconciler_does_what_the_model_says(postgres, database, seed):
    play = Play(postgres, database, seed)
    try:
        play.step("both")
        for _ in range(STEPS - 1):
            play.step(play.rng.choice(ACTS))
    finally:
        play.district.close()
