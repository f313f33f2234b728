"""However a roster arrives, the same plan comes out; what was applied is applied once; and what a run did is wholly gone once it was taken back.
Through the database, on random families that live in two sources and come, change, move and go from night to night. ROLLCALL_TEST_FAMILIES=50 tries more."""

import contextlib
import datetime
import os
import random
import re

import pytest
from with_plans import PlannedDistrict
from with_reconciler import enrollment, record, school, together, user

SEEDS = range(int(os.environ.get("ROLLCALL_TEST_FAMILIES", "3")))
NIGHTS = 3
GENERATED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
EVERYTHING_HELD = {"approval": "always"}
EVERYTHING_GOES = {"existing_people": "update", "archive_students": "archive", "archive_teachers": "archive", "archive_staff": "archive", "archive_after_days": 1,
                   "threshold_archive_percent": 100, "threshold_change_percent": 100, "threshold_rekeyed_percent": 100, "expected_empty": ["01-01/12-31"]}


def family(rng, night, source):
    """Students, teachers, guardians and their classes as one source has them on a night: whoever is away has left, or was never there."""
    modified = f"2026-09-0{1 + night}T00:00:00Z"
    here = {who for who in (*[f"u{number}" for number in range(8)], "t0", "t1", "t2", "g0", "g1", "g2", "g3") if rng.random() < (0.9 if source == 0 else 0.5)}
    students = [f"u{number}" for number in range(8)]
    people = [user(who, email=f"{who}@example.org", username=who, grades=[rng.choice(["01", "02"])], org=rng.choice(["s1", "s1", "s2"]), modified=modified,
                   middleName=rng.choice("XYZ")) for who in students if who in here]
    people += [user(who, role=rng.choice(["teacher", "aide"]), givenName="Tess", email=f"{who}@example.org", phone="555", modified=modified)
               for who in ("t0", "t1", "t2") if who in here]
    people += [user(who, role="parent", givenName="Pat", email=f"{who}@example.org", phone=rng.choice(["1", "2"]), modified=modified, agents=rng.sample(students, 2))
               for who in ("g0", "g1", "g2", "g3") if who in here]
    people += [user("g9", role="guardian", givenName="Tess", familyName="t0", email="t0@example.org", phone="555", agents=["u0"], modified=modified),
               user("porter", role="porter", modified=modified)]
    seats = [enrollment(f"e{who}{klass}", who, klass) for who in students for klass in ("c1", "c2") if who in here and rng.random() < 0.5]
    return school(people, [*seats, enrollment("always", "porter", "c1")],
                  classes=[record(klass, title=klass.title(), course="k1", school="s1", terms=["t1"]) for klass in ("c1", "c2")])


class TwoSources:
    """A district whose nights are the same for the same seed, in whatever way they are delivered."""

    def __init__(self, postgres, database, seed, page_size=100, **settings):
        self.district = PlannedDistrict(postgres, database, page_size, schools=["s1", "s2"], **settings)
        second = self.district.one("INSERT INTO source (district_id, name, base_url, auth, authority, verify) VALUES (%s, 'other', 'http://other.invalid', 'oauth2', 2, false) "
                                   "RETURNING source_id", self.district.id)
        self.sources = [self.district.source, second]
        self.rng = random.Random(seed)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.district.close()

    def roster(self, night):
        """Whose sync it is, and what it sends."""
        self.district.source = self.sources[source := night % 2]
        return family(self.rng, night, source)

    def sync(self, night):
        return self.district.sync(self.roster(night), days=1)


# ---- however it comes ----

def cut(rng, rows, number):
    """The rows in so many parts, some of them empty."""
    marks = sorted(rng.randint(0, len(rows)) for _ in range(number - 1))
    return [rows[begin:end] for begin, end in zip([0, *marks], [*marks, len(rows)])]


class Delivery:
    """How a roster arrives: in which order, in pages of which size, each page in how many batches, and how often each is told."""

    def __init__(self, page_size, shuffled=False, parts=1, times=1):
        self.page_size, self.shuffled, self.parts, self.times, self.rng = page_size, shuffled, parts, times, random.Random(page_size)

    def batches(self, district, run, collection, pages):
        for page, records in pages:
            for number, part in enumerate(cut(self.rng, records, self.parts), 1):
                yield from [district.batch(run, collection, page, part, number, self.parts)] * self.times

    def mixed(self, things):
        return self.rng.sample(things, len(things)) if self.shuffled else things

    def bring(self, district, roster):
        district.day += datetime.timedelta(days=1)
        run = district.begin(tuple(roster))
        for collection, records in roster.items():
            pages = district.pages(run, collection, self.mixed(records))
            for batch in self.mixed([*self.batches(district, run, collection, pages)]):
                district.hand(batch)
            district.list_pages(run, collection, pages)
        for _ in range(self.times):
            district.ready(run)


DELIVERIES = [Delivery(100), Delivery(3, shuffled=True, times=2), Delivery(7, shuffled=True, parts=3, times=2)]


def said(place):
    """What the open plan says, ids that were made replaced by names."""
    district = place.district
    names = {str(row["account_id"]): row["family_name"] for row in district.all("SELECT account_id, family_name FROM account")}
    names |= {str(source): f"source {number}" for number, source in enumerate(place.sources)}
    words = ("kind", "subject", "field", "old_value", "new_value", "cause", "hold")
    return sorted(GENERATED.sub(lambda made: names.get(made[0], made[0]), " | ".join(str(item[word]) for word in words)) for item in district.items())


def plans(postgres, template, seed, delivery):
    """The plan of each night, each approved as a whole, and what the directory is in the end."""
    database = postgres.create_database(template=template)
    try:
        with TwoSources(postgres, database, seed, delivery.page_size, **EVERYTHING_GOES, **EVERYTHING_HELD) as place:
            found = []
            for night in range(NIGHTS):
                delivery.bring(place.district, place.roster(night))
                found.append(said(place))
                place.district.approve()
            return found, place.district.directory()
    finally:
        postgres.drop_database(database)


@pytest.mark.parametrize("seed", SEEDS)
def test_order_pages_parts_and_repetition_never_change_a_plan(postgres, migrated_template, seed):
    first, *others = [plans(postgres, migrated_template, seed, delivery) for delivery in DELIVERIES]
    assert all(first[0]) and others == [first] * len(others)


# ---- once, and back ----

def people(district):
    """Everything that an application sees of each account, guardianships and kinds included: account → all of it."""
    rows = district.all("""
        SELECT a.account_id, a.kind, a.status, a.username, a.given_name, a.family_name, a.middle_name, a.email, a.phone, a.sms, a.identifier, a.master_id, a.grades, a.access,
               (SELECT array_agg(l.source_id || l.sourced_id ORDER BY l.source_id || l.sourced_id) FROM account_link l WHERE l.account_id = a.account_id) AS records,
               (SELECT array_agg(r.role || r.source_id || r.school_id ORDER BY r.role || r.source_id || r.school_id) FROM account_role r WHERE r.account_id = a.account_id AND r.ended_on IS NULL) AS roles,
               (SELECT array_agg(m.list_id || m.role ORDER BY m.list_id || m.role) FROM membership m WHERE m.account_id = a.account_id AND m.ended_on IS NULL) AS lists,
               (SELECT array_agg(g.guardian_id || g.relation ORDER BY g.guardian_id || g.relation) FROM guardianship g WHERE g.student_id = a.account_id AND g.ended_on IS NULL) AS guardians
        FROM account a""")
    return {row["account_id"]: row for row in rows}


@pytest.fixture
def goes(postgres, database):
    """A district that needs nobody's word once the first syncs of both sources were approved."""
    def make(seed):
        place = places.enter_context(TwoSources(postgres, database, seed, **EVERYTHING_GOES))
        for night in range(2):
            place.sync(night)
            place.district.approve()
        return place
    with contextlib.ExitStack() as places:
        yield make


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_applied_is_applied_once_however_often_it_is_asked_for(goes, seed):
    place = goes(seed)
    district, other = place.district, place.district.new_driver()
    decided = {"topic": "plan.decided", "district": str(district.id), "run": str(district.id)}
    for night in range(2, 2 + NIGHTS):
        run = place.sync(night)
        before = people(district), len(district.history()), district.said("roster.changed")
        district.ready(run)
        together(district.decided, lambda: other.hand(decided))
        district.ready(run)
        assert (people(district), len(district.history()), district.said("roster.changed")) == before
        district.compare()


def withdraw(district):
    """Nothing is declined any more: each undo is looked at by itself."""
    district.admin.execute("DELETE FROM declined")
    district.admin.execute("UPDATE district SET policy_version = policy_version + 1")


@pytest.mark.parametrize("seed", SEEDS)
def test_taking_back_right_after_a_run_restores_everything_and_it_stays_so(goes, seed):
    place = goes(seed)
    district = place.district
    moved = 0
    for night in range(2, 3 + NIGHTS):
        before, roster = people(district), place.roster(night)
        run = district.sync(roster, days=1)
        changed = people(district) != before
        moved += changed
        district.undo(run)
        assert district.one("SELECT left_alone FROM undo WHERE run_id = %s", run) in ((0,) if changed else (0, None))
        for _ in range(2):
            after = people(district)
            assert {account: after[account] for account in before} == before
            assert {row["status"] for account, row in after.items() if account not in before} <= {"archived"}, "whom the run had made"
            district.sync(roster, days=0)
            district.compare()
        withdraw(district)
        district.sync(roster, days=0)
    assert moved >= 2
