"""Random histories of a small district: what the SIS says, what people decide, what settings change, hands in the directory, test syncs. After every
step a plan of the candidates must be the plan of everybody (P1), and at the end, with everything approved and the source quiet, nothing is left to
do, applying again does nothing, and nobody who is rostered is without an account. Seeds are in the test's name; ROLLCALL_TEST_SEQUENCES makes more."""

import datetime
import os
import random

import pytest
from with_plans import PlannedDistrict
from with_reconciler import YEAR, enrollment, record, user

SEQUENCES = int(os.environ.get("ROLLCALL_TEST_SEQUENCES", "12"))
STEPS = 22
STAMP = "2026-09-{:02d}T{:02d}:00:00Z"


class Source:
    """What the SIS holds: people by id, who is enrolled where."""

    def __init__(self, rng):
        self.rng, self.clock = rng, 0
        self.people = {}
        self.enrolled = set()
        self.term_end = YEAR["endDate"]
        for sourced_id in ("u1", "u2", "t1"):
            self.add(sourced_id)

    def stamp(self):
        self.clock += 1
        return STAMP.format(1 + self.clock // 24 % 28, self.clock % 24)

    def add(self, sourced_id):
        """Ids say what somebody is: students u1-u4 (u4 has u1's name and e-mail), teacher t1, who is also guardian g1, and guardian g2."""
        known = {
            "u1": dict(role="student", email="ada@example.org"), "u2": dict(role="student", email="ben@example.org"),
            "u3": dict(role="student", email="cy@example.org"), "u4": dict(role="student", email="ada@example.org", familyName="u1"),
            "t1": dict(role="teacher", givenName="Tess", email="tess@example.org", phone="5550100"),
            "g1": dict(role="guardian", givenName="Tess", familyName="t1", email="tess@example.org", phone="555-0100", agents=("u1",)),
            "g2": dict(role="parent", givenName="Pat", email="pat@example.org", agents=("u1", "u2")),
        }[sourced_id]
        self.people[sourced_id] = dict(known, modified=self.stamp())

    def change(self):
        if not self.people:
            return
        who = self.people[self.rng.choice(sorted(self.people))]
        who.update(modified=self.stamp(), **self.rng.choice([
            {"middleName": self.rng.choice("XYZ")}, {"grades": [self.rng.choice(["01", "02"])]}, {"email": self.rng.choice(["ada@example.org", "new@example.org"])},
            {"org": self.rng.choice(["s1", "s2"])}, {"username": self.rng.choice(["a", "b"])}]))

    def roster(self, hide=(), unread=()):
        users = []
        for sourced_id, fields in sorted(self.people.items()):
            if sourced_id in hide:
                continue
            entry = user(sourced_id, **fields)
            users.append({"id": sourced_id, "dropped": True} if sourced_id in unread else entry)
        return {
            "orgs": [record("s1", name="School", type="school"), record("s2", name="Other", type="school")],
            "academicSessions": [record("t1", modified=STAMP.format(1, 1) if self.term_end == YEAR["endDate"] else STAMP.format(2, 2), title="Term", type="term",
                                        startDate="2026-08-01", endDate=self.term_end)],
            "courses": [record("k1", title="Course", org="s1")],
            "classes": [record(c, title=c, course="k1", school="s1", terms=["t1"]) for c in ("c1", "c2")],
            "users": users,
            "enrollments": [record("always", user="nobody", **{"class": "c1"}, role="student", school="s1")]
            + [enrollment(f"e-{who}-{c}", who, c) for who, c in sorted(self.enrolled) if who in self.people],
        }


class Player:
    more = ()

    def __init__(self, district, seed):
        self.district, self.rng = district, random.Random(seed)
        self.source = Source(self.rng)
        self.runs = []
        self.log = []

    def step(self):
        names = [*self.more] + ["night"] * 6 + ["unsealed", "hidden", "unread", "test", "add", "remove", "change", "change", "enroll", "enroll", "term", "approve", "approve",
                                 "approve_some", "decline_some", "discard", "undo_run", "undo_item", "setting", "setting", "pin", "exclude", "include", "hands", "answer", "answer", "unsay"]
        name = self.rng.choice(names)
        self.log.append(name)
        getattr(self, name)()
        self.district.compare()

    def sync(self, days=None, **how):
        roster = self.source.roster(how.pop("hide", ()), how.pop("unread", ()))
        self.runs.append(self.district.sync(roster, days=self.rng.choice([1, 1, 3]) if days is None else days, **how))

    def night(self):
        self.sync()

    def unsealed(self):
        self.sync(unsealed=("users",))

    def hidden(self):
        self.sync(hide=self.some(sorted(self.source.people)))

    def unread(self):
        self.sync(unread=self.some(sorted(self.source.people)))

    def test(self):
        self.sync(test=True)

    def some(self, things):
        return [thing for thing in things if self.rng.random() < 0.4]

    def add(self):
        self.source.add(self.rng.choice(["u1", "u2", "u3", "u4", "t1", "g1", "g2"]))

    def remove(self):
        if self.source.people:
            self.source.people.pop(self.rng.choice(sorted(self.source.people)))

    def change(self):
        self.source.change()

    def enroll(self):
        self.source.enrolled ^= {(self.rng.choice(["u1", "u2", "u3"]), self.rng.choice(["c1", "c2"]))}

    def term(self):
        self.source.term_end = self.rng.choice([YEAR["endDate"], "2026-08-15"])

    def approve(self):
        self.district.approve()

    def approve_some(self):
        self.district.approve(self.some(self.district.items()))

    def decline_some(self):
        self.district.decide("declined", self.some(self.district.items()))

    def discard(self):
        self.district.discard()

    def undo_run(self):
        if self.runs:
            self.district.undo(self.rng.choice(self.runs))

    def undo_item(self):
        entries = [entry for entry in self.district.history() if not entry["undone_at"]]
        if entries:
            entry = self.rng.choice(entries)
            self.district.undo(entry["run_id"], entry["history_id"])

    def setting(self):
        self.district.set(**self.rng.choice([
            {"existing_people": "update"}, {"existing_people": "skip"}, {"archive_students": "archive"}, {"archive_students": "keep"}, {"archive_teachers": "archive"},
            {"students": self.rng.random() < 0.7}, {"teachers": self.rng.random() < 0.7}, {"guardians": self.rng.choice(["off", "accounts", "contacts"])},
            {"schools": self.rng.choice([["s1"], ["s1", "s2"]])}, {"class_lists": self.rng.random() < 0.7}, {"approval": self.rng.choice(["always", "first and held"])},
            {"threshold_archive_percent": self.rng.choice([10, 100])}, {"matching": self.rng.choice([["name+email=85"], ["email=60", "name+number=90"]])}]))

    def answer(self):
        """Of what is asked; as the plan before has it, or a later word about it."""
        asked = self.district.all("SELECT row_no, account_id FROM match_question ORDER BY row_no, account_id")
        if asked:
            self.district.answer(self.rng.choice(asked), self.rng.random() < 0.5)

    def unsay(self):
        said = self.district.all("SELECT source_id, sourced_id, account_id FROM match_answer ORDER BY sourced_id, account_id")
        if said:
            self.district.admin.execute("SELECT match_unsay(%(source_id)s, %(sourced_id)s, %(account_id)s)", self.rng.choice(said))

    def account(self):
        rows = self.district.all("SELECT account_id FROM account ORDER BY created_at, account_id")
        return self.rng.choice(rows)["account_id"] if rows else None

    def touch(self, node):
        self.district.admin.execute("UPDATE account SET version = version + 1 WHERE 'a:' || account_id = %s", [node])
        self.district.admin.execute("UPDATE mirror_record SET version = version + 1 WHERE collection = 'users' AND 'r:' || source_id || ':' || sourced_id = %s", [node])

    def pin(self):
        if account := self.account():
            self.district.admin.execute("INSERT INTO pin (district_id, account_id, field, reason, set_by) VALUES (%s, %s, %s, 'asked', 'owner') ON CONFLICT DO NOTHING",
                                        [self.district.id, account, self.rng.choice(["email", "middle_name", "roles"])])
            self.touch(f"a:{account}")

    def node(self):
        if self.rng.random() < 0.5 and (account := self.account()):
            return f"a:{account}"
        return f"r:{self.district.source}:{self.rng.choice(['u1', 'u2', 't1', 'g1'])}"

    def exclude(self):
        node = self.node()
        self.district.admin.execute("INSERT INTO exclusion (district_id, node, reason, set_by) VALUES (%s, %s, 'asked', 'owner') ON CONFLICT DO NOTHING", [self.district.id, node])
        self.touch(node)

    def include(self):
        for row in self.district.all("DELETE FROM exclusion RETURNING node"):
            self.touch(row["node"])

    def hands(self):
        if self.rng.random() < 0.3 or not self.account():
            self.district.admin.execute("INSERT INTO account (district_id, given_name, family_name, email, origin) VALUES (%s, 'Ada', %s, %s, 'hand')",
                                        [self.district.id, self.rng.choice(["u1", "u3"]), self.rng.choice(["ada@example.org", "cy@example.org"])])
            return
        self.district.admin.execute("UPDATE account SET email = %s, version = version + 1, field_versions = field_versions || jsonb_build_object('email', "
                                    "coalesce((field_versions->>'email')::int, 0) + 1) WHERE account_id = %s",
                                    [self.rng.choice(["hand@example.org", "ada@example.org"]), self.account()])

    def converge(self):
        """Everything approved and the source quiet: after some nights there is nothing left to do, and the directory stands still."""
        for _ in range(7):
            self.sync(days=4)
            self.district.approve()
            self.district.compare()
        before = self.district.directory()
        self.sync(days=4)
        assert self.district.items() == []
        self.district.decided()
        assert self.district.directory() == before


WEST, EAST = "Etc/GMT+12", "Pacific/Kiritimati"  # 26 hours apart: it is always a later date in the east


class DatedPlayer(Player):
    """In a district whose roles have dates (1.2), and where tomorrow comes at some step."""

    more = ("date_role",) * 6 + ("morrow",)

    def __init__(self, district, seed):
        super().__init__(district, seed)
        district.set(existing_people="update", archive_students="archive", archive_teachers="archive", threshold_archive_percent=100)
        self.soon = self.zone(WEST) + datetime.timedelta(days=1)

    def zone(self, name):
        return self.district.one("UPDATE district SET time_zone = %s RETURNING local_date(time_zone)", name)

    def morrow(self):
        """After nights in which all was settled."""
        for _ in range(2):
            self.sync(days=1)
            self.district.approve()
        self.zone(EAST)

    def date_role(self):
        """Somebody's role ends tomorrow, or begins then, or both; or has no dates any more."""
        if not self.source.people:
            return
        who = self.source.people[self.rng.choice(sorted(self.source.people))]
        kept = {"role": who["role"], "org": who.get("org", "s1")}
        ends = {**kept, "endDate": str(self.soon)}
        other = {"role": self.rng.choice(["teacher", "aide", "principal"]), "org": "s1"}
        who.update(modified=self.source.stamp(), roles=self.rng.choice([
            [kept], [ends], [ends, {**kept, "beginDate": str(self.soon)}], [kept, {**other, "endDate": str(self.soon)}], [{**ends, "role": other["role"]}]]))


class TwoSourcesPlayer(Player):
    """In a district with a second source, that comes and goes as `rollcall source add` and `source remove` have it; ids are the same, for they are
    each source's own."""

    more = ("other_night",) * 6 + ("other_add",) * 3 + ("other_remove", "other_change", "other_hidden", "rank", "leave_source", "leave_source")

    def __init__(self, district, seed):
        super().__init__(district, seed)
        district.set(existing_people="update", archive_students="archive", archive_teachers="archive", threshold_archive_percent=100)
        self.first, self.second, self.number = district.source, None, 0
        self.other = Source(self.rng)

    def with_other(self, act):
        """What the player does, done to the second source, which is made where there is none."""
        if self.second is None:
            self.number += 1
            self.second = self.district.one("INSERT INTO source (district_id, name, base_url, auth, authority, verify) VALUES (%s, %s, 'http://new.invalid', 'oauth2', %s, false) "
                                            "RETURNING source_id", self.district.id, f"new-{self.number}", self.rng.choice([1, 2]))
        self.district.source, self.source, self.other = self.second, self.other, self.source
        try:
            act()
        finally:
            self.district.source, self.source, self.other = self.first, self.other, self.source

    def other_night(self):
        self.with_other(self.night)

    def other_add(self):
        self.with_other(self.add)

    def other_remove(self):
        self.with_other(self.remove)

    def other_change(self):
        self.with_other(self.change)

    def other_hidden(self):
        self.with_other(self.hidden)

    def everybody_again(self):
        self.district.admin.execute("UPDATE district SET policy_version = policy_version + 1 WHERE district_id = %s", [self.district.id])

    def settle_both(self):
        """What nobody moved is settled, and must be looked at all the same."""
        for _ in range(2):
            self.with_other(lambda: self.sync(days=1))
            self.district.approve()

    def rank(self):
        if self.second is not None:
            self.settle_both()
            self.district.admin.execute("UPDATE source SET authority = 3 - authority WHERE source_id = %s", [self.second])
            self.everybody_again()

    def leave_source(self):
        if self.second is not None:
            self.settle_both()
            self.district.admin.execute("UPDATE source SET removed_at = now() WHERE source_id = %s", [self.second])
            self.everybody_again()
            self.second = None

    def converge(self):
        """Both quiet first; who stands in both has one account, whoever the source."""
        for _ in range(3):
            self.with_other(lambda: self.sync(days=4))
            self.district.approve()
        super().converge()
        twice = self.district.all("SELECT l.sourced_id, count(DISTINCT l.account_id) FROM account_link l JOIN source s USING (district_id, source_id) "
                                  "JOIN mirror_record m USING (district_id, source_id, sourced_id) WHERE s.removed_at IS NULL AND m.collection = 'users' "
                                  "AND m.present AND l.sourced_id IN ('u2', 'u3') GROUP BY 1 HAVING count(DISTINCT l.account_id) > 1")
        assert not twice or self.apart(), twice

    def apart(self):
        """Did somebody say so, by a decline, an exclusion, a hand, or by other values?"""
        return self.district.one("SELECT EXISTS (SELECT FROM declined) OR EXISTS (SELECT FROM exclusion) OR EXISTS (SELECT FROM undo) "
                                 "OR EXISTS (SELECT FROM account WHERE origin = 'hand') OR EXISTS (SELECT FROM match_answer)") or "hands" in self.log or "change" in self.log or "other_change" in self.log


@pytest.mark.parametrize("seed", range(-(-SEQUENCES // 3)))
def test_candidates_are_everybody_with_a_second_source(postgres, database, seed):
    play(PlannedDistrict(postgres, database), seed, TwoSourcesPlayer)


@pytest.mark.parametrize("seed", range(-(-SEQUENCES // 3)))
def test_candidates_are_everybody_while_roles_end(postgres, database, seed):
    play(PlannedDistrict(postgres, database), seed, DatedPlayer)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_candidates_are_everybody_after_any_sequence_and_the_end_stands_still(postgres, database, seed):
    play(PlannedDistrict(postgres, database), seed, Player)


def play(district, seed, kind):
    player = kind(district, seed)
    try:
        for _ in range(STEPS):
            player.step()
        player.converge()
        everybody_has_an_account(player)
    except AssertionError as error:
        raise AssertionError(f"seed {seed} after {player.log}: {error}") from error
    finally:
        district.close()


def everybody_has_an_account(player):
    """Said without the planner: rostered, not excluded, not declined by anybody, alone with the name and e-mail."""
    district, source = player.district, player.source
    settings = {row["name"]: row["value"] for row in district.all("SELECT name, value FROM setting")}
    if district.one("SELECT count(*) FROM declined") or district.one("SELECT count(*) FROM exclusion") or not settings["students"]:
        return
    for sourced_id in ("u2", "u3"):
        fields = source.people.get(sourced_id)
        if fields and "roles" not in fields and fields.get("org", "s1") in settings["schools"]:
            shared = district.one("SELECT count(*) FROM mirror_record m JOIN mirror_record o ON lower(o.body->>'email') = lower(m.body->>'email') "
                                  "WHERE m.collection = 'users' AND o.collection = 'users' AND m.sourced_id = %s", sourced_id)
            if shared == 1 and district.one("SELECT count(*) FROM account WHERE origin = 'hand'") == 0:
                assert district.account_of(sourced_id) is not None, f"{sourced_id} is rostered and has no account"
