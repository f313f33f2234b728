"""From batches to the mirror (C1-C3, C5, C6, D1, D2, N1-N3, R4, R5), the reconciler's first half against a real PostgreSQL."""

import json
import random

import pytest
from support.paths import program
from with_reconciler import District, dropped, enrollment, record, school, together, user


@pytest.fixture
def maple(postgres, database):
    if not program("reconciler-driver").exists():
        pytest.skip(f"{program('reconciler-driver')} is not built: run tests/run, or set ROLLCALL_BIN")
    district = District(postgres, database)
    yield district
    district.close()


ANN, BEN, CYN = user("ann"), user("ben"), user("cyn")
THREE = school([ANN, BEN, CYN], [enrollment("e1", "ann", "c1")])


def without(*ids):
    return school([person for person in (ANN, BEN, CYN) if person["id"] not in ids], THREE["enrollments"])


# ---- stage (C1) -----------------------------------------------------------------------------------------------------


def test_the_first_snapshot_becomes_the_mirror(maple):
    run = maple.sync(THREE)
    row = maple.run_row(run)
    assert row["mirrored_at"] is not None and not row["suspect"]
    assert maple.one("SELECT count(*) FROM mirror_record WHERE present AND version = 1") == 8
    assert maple.mirror("ann")["body"]["familyName"] == "ann"
    assert maple.mirror("e1", "enrollments")["user_ref"] == "ann"
    assert row["counts"]["collections"]["users"] == {
        "received": 3, "new": 3, "changed": 0, "returned": 0, "absent": 0, "gone": 0, "unread": 0, "sealed": True}
    source = maple.all("SELECT active_run, mirror_version FROM source")[0]
    assert source == {"active_run": None, "mirror_version": 1}
    assert maple.one("SELECT count(*) FROM stage_record") == 0
    assert maple.findings(run) == []


def test_a_batch_staged_twice_counts_once(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN, BEN])
    message = maple.batch(run, "users", page, records, findings=[finding("ann")])
    maple.hand(message)
    maple.hand(message)
    assert maple.one("SELECT count(*) FROM stage_record") == 2
    assert len(maple.findings(run)) == 1
    assert maple.one("SELECT count(*) FROM batch_ledger") == 1


def finding(sourced_id, severity="warning"):
    return {"collection": "users", "id": sourced_id, "place": 0, "field": "email", "rule": "users.email.malformed",
            "severity": severity, "message": "mend it"}


def test_one_batch_given_to_two_at_once_counts_once(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN, BEN])
    message = maple.batch(run, "users", page, records)
    drivers = maple.new_driver(), maple.new_driver()
    answers = together(*[lambda driver=driver: driver.hand(message) for driver in drivers])
    assert [answer[0] for answer in answers] == ["ok", "ok"]
    assert maple.one("SELECT count(*) FROM stage_record") == 2


def test_a_batch_of_a_run_without_the_token_leaves_nothing(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.admin.execute("UPDATE source SET active_run = NULL")
    maple.hand(maple.batch(run, "users", page, records))
    assert maple.one("SELECT count(*) FROM batch_ledger") == 0
    assert maple.one("SELECT count(*) FROM stage_record") == 0


def test_what_did_not_change_is_only_seen(maple):
    maple.sync(THREE)
    run = maple.begin()
    maple.fetch(run, THREE)
    assert maple.one("SELECT count(*) FROM stage_record") == 0
    assert maple.one("SELECT sum(seen) FROM batch_ledger WHERE run_id = %s", run) == 8


def test_a_later_date_alone_is_staged_and_moves_no_version(maple):
    maple.sync(THREE)
    later = school([dict(ANN, modified="2026-09-02T00:00:00Z"), BEN, CYN], THREE["enrollments"])
    maple.sync(later)
    assert maple.version("ann") == 1
    assert str(maple.mirror("ann")["modified"]).startswith("2026-09-02")


def test_where_dates_are_dishonest_the_hash_alone_says_seen(maple):
    maple.sync(THREE)
    maple.admin.execute("UPDATE source SET honest_dates = false")
    run = maple.begin()
    maple.fetch(run, school([dict(ANN, modified="2026-09-02T00:00:00Z"), BEN, CYN], THREE["enrollments"]))
    assert maple.one("SELECT count(*) FROM stage_record") == 0


def test_a_change_moves_the_version_and_that_field_alone(maple):
    maple.sync(THREE)
    run = maple.sync(school([user("ann", email="ann@maple.example"), BEN, CYN], THREE["enrollments"]))
    ann = maple.mirror("ann")
    assert (ann["version"], ann["field_versions"], ann["last_run"]) == (2, {"email": 1}, run)
    assert maple.version("ben") == 1
    assert maple.run_row(run)["counts"]["collections"]["users"]["changed"] == 1


def test_another_hash_version_is_compared_by_fields_and_hashed_anew(maple):
    maple.sync(THREE)
    maple.admin.execute("UPDATE district_key SET hash_version = 2")
    new = school([dict(ANN, hash="0" * 31 + "1"), BEN, CYN], THREE["enrollments"])
    maple.sync(new)
    ann = maple.mirror("ann")
    assert (ann["version"], ann["hash_version"], ann["hash"].hex()) == (1, 2, "0" * 31 + "1")


# ---- unreadable records (N1, N2) ---------------------------------------------------------------------------------------


def test_becoming_unreadable_and_readable_again_each_move_the_version(maple):
    maple.sync(THREE)
    maple.sync(school([dropped("ann"), BEN, CYN], THREE["enrollments"]), days=1)
    ann = maple.mirror("ann")
    assert (ann["present"], ann["unread"], ann["version"], ann["body"]["familyName"]) == (True, True, 2, "ann")
    maple.sync(school([dropped("ann"), BEN, CYN], THREE["enrollments"]), days=1)
    assert maple.version("ann") == 2
    maple.sync(THREE, days=1)
    ann = maple.mirror("ann")
    assert (ann["unread"], ann["version"], ann["field_versions"]) == (False, 3, {})


def test_dropped_ids_of_known_records_leave_the_collection_sealed(maple):
    maple.sync(THREE)
    run = maple.sync(school([dropped("ann"), BEN], THREE["enrollments"]), days=1)
    assert maple.collection(run)["sealed"] is True
    assert maple.mirror("cyn")["absent_run"] == run


@pytest.mark.parametrize("lost", ["zoe", ""], ids=["unknown id", "unreadable id"])
def test_a_dropped_record_that_nobody_knows_unseals_the_collection(maple, lost):
    maple.sync(THREE)
    run = maple.sync(school([ANN, BEN, dropped(lost)], THREE["enrollments"]), days=1)
    users = maple.collection(run)
    assert users["sealed"] is False and "read" in users["reason"]
    assert maple.mirror("cyn")["present"] and maple.mirror("cyn")["absent_run"] is None
    assert maple.mirror("zoe") is None


# ---- absence and return (D1, D2) --------------------------------------------------------------------------------------


def test_absence_counts_only_in_a_sealed_collection(maple):
    maple.sync(THREE)
    maple.sync(without("cyn"), days=1, unsealed=("users",))
    assert maple.mirror("cyn")["present"]
    run = maple.sync(without("cyn"), days=1)
    cyn = maple.mirror("cyn")
    assert (cyn["present"], cyn["absent_run"], cyn["clean_run"], cyn["gone"], cyn["version"]) == (False, run, run, 0, 2)


def test_what_a_sealed_collection_lacks_says_nothing_about_an_unsealed_one(maple):
    maple.sync(THREE)
    run = maple.sync(school([ANN, BEN], []), days=1, unsealed=("users",))
    assert maple.mirror("e1", "enrollments")["absent_run"] == run
    assert maple.mirror("cyn")["present"]


def test_a_countdown_completes_with_a_later_snapshot_three_dates_after(maple):
    maple.sync(THREE)
    maple.sync(without("cyn"), days=1)
    for days, gone in ((0, 0), (2, 0), (1, 2)):
        maple.sync(without("cyn"), days=days)
        assert maple.mirror("cyn")["gone"] == gone
    assert maple.version("cyn") == 3
    maple.sync(without("cyn"), days=1)
    assert maple.version("cyn") == 3


def test_time_alone_and_unsealed_snapshots_complete_nothing(maple):
    maple.sync(THREE)
    maple.sync(without("cyn"), days=1)
    maple.sync(without("cyn"), days=30, unsealed=("users",))
    assert maple.mirror("cyn")["gone"] == 0
    maple.sync(without("cyn"), days=1)
    assert maple.mirror("cyn")["gone"] == 2


def test_dates_and_snapshots_of_the_countdown_are_settings(maple):
    maple.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, '', 'archive-after-days', '1', 'x'), "
                        "(%s, %s, 'archive-after-snapshots', '3', 'x')", [maple.id, maple.id, f"source:{maple.source}"])
    maple.sync(THREE)
    maple.sync(without("cyn"), days=1)
    maple.sync(without("cyn"), days=1)
    assert maple.mirror("cyn")["gone"] == 0
    maple.sync(without("cyn"), days=0)
    assert maple.mirror("cyn")["gone"] == 2


def test_a_live_sight_ends_the_countdown_and_counts_the_return(maple):
    maple.sync(THREE)
    maple.sync(without("cyn"), days=1)
    maple.sync(THREE, days=1)
    cyn = maple.mirror("cyn")
    assert (cyn["present"], cyn["absent_run"], cyn["gone"], cyn["sights"], cyn["returns"]) == (True, None, 0, 1, 0)
    maple.sync(without("cyn"), days=1)
    maple.sync(without("cyn"), days=3)
    run = maple.sync(THREE, days=1)
    cyn = maple.mirror("cyn")
    assert (cyn["gone"], cyn["sights"], cyn["returns"], cyn["clean_run"]) == (0, 2, 1, None)
    assert maple.run_row(run)["counts"]["collections"]["users"]["returned"] == 1


def test_an_unreadable_sight_ends_the_countdown_too(maple):
    maple.sync(THREE)
    maple.sync(without("cyn"), days=1)
    maple.sync(school([ANN, BEN, dropped("cyn")], THREE["enrollments"]), days=1)
    cyn = maple.mirror("cyn")
    assert (cyn["present"], cyn["unread"], cyn["absent_run"], cyn["sights"]) == (True, True, None, 1)


def test_a_delete_mark_begins_the_same_countdown(maple):
    maple.sync(THREE)
    marked = school([ANN, BEN, dict(CYN, deleted=True)], THREE["enrollments"])
    run = maple.sync(marked, days=1)
    cyn = maple.mirror("cyn")
    assert (cyn["present"], cyn["marked_deleted"], cyn["absent_run"], cyn["gone"]) == (False, True, run, 0)
    maple.sync(marked, days=3)
    assert maple.mirror("cyn")["gone"] == 2
    maple.sync(THREE, days=1)
    cyn = maple.mirror("cyn")
    assert (cyn["present"], cyn["marked_deleted"], cyn["returns"]) == (True, False, 1)


def test_a_deleted_record_that_was_never_there_stays_away(maple):
    maple.sync(school([ANN, dict(CYN, deleted=True)], THREE["enrollments"]))
    assert maple.mirror("cyn") is None


# ---- check (C3) ---------------------------------------------------------------------------------------------------------


def test_a_seal_that_lists_more_than_arrived_fails_the_run_and_leaves_the_mirror(maple):
    maple.sync(THREE)
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.hand(maple.batch(run, "users", page, records))
    maple.list_pages(run, "users", [(page, [ANN, BEN])])
    maple.ready(run)
    row = maple.run_row(run)
    assert (row["state"], row["phase"]) == ("Failed", "done")
    assert "users: 1 records" in row["failure"]
    assert maple.one("SELECT count(*) FROM mirror_record WHERE NOT present") == 0
    assert maple.one("SELECT mirror_version FROM source") == 1
    assert maple.one("SELECT active_run FROM source") is None


def test_fewer_ids_than_the_total_unseal_the_collection(maple):
    maple.sync(THREE)
    run = maple.sync(without("cyn"), days=1, totals={"users": 3})
    assert maple.collection(run)["sealed"] is False
    assert maple.mirror("cyn")["present"]


def test_an_id_that_comes_twice_is_a_finding_and_its_later_copy_wins(maple):
    older, later = user("ann", email="old@maple.example"), user("ann", email="new@maple.example", modified="2026-02-01T00:00:00Z")
    run = maple.sync(school([later, older, BEN], THREE["enrollments"]))
    assert maple.mirror("ann")["body"]["email"] == "new@maple.example"
    assert len(maple.findings(run, "users.id.duplicate")) == 1
    assert maple.collection(run)["sealed"] is False


@pytest.mark.parametrize("stamp, wins", [("2026-02-01T00:00:00Z", "new"), ("2025-02-01T00:00:00Z", "")])
def test_a_staged_copy_wins_over_a_seen_one_only_when_it_is_later(maple, stamp, wins):
    maple.sync(THREE)
    other = user("ann", email="new", modified=stamp)
    maple.sync(school([ANN, other, BEN, CYN], THREE["enrollments"]))
    assert maple.mirror("ann")["body"].get("email", "") == wins


def test_a_roster_that_lost_half_its_people_is_suspect_and_its_absences_are_not_clean(maple):
    maple.sync(THREE)
    run = maple.sync(without("ben", "cyn"), days=1)
    assert maple.run_row(run)["suspect"]
    cyn = maple.mirror("cyn")
    assert (cyn["absent_run"], cyn["clean_run"]) == (run, None)
    maple.sync(without("ben", "cyn"), days=3)
    assert maple.mirror("cyn")["gone"] == 1
    maple.sync(without("ben", "cyn"), days=3)
    assert maple.mirror("cyn")["gone"] == 2


def test_half_of_a_schools_teachers_gone_is_suspect_though_the_district_is_whole(maple):
    people = [user(f"p{n}") for n in range(60)]
    staff = [user(f"t{n}", "teacher") for n in range(12)]
    maple.sync(school(people + staff, []))
    run = maple.sync(school(people + staff[:5], []), days=1)
    assert maple.run_row(run)["suspect"]


def test_a_collection_that_is_suddenly_empty_is_suspect(maple):
    maple.sync(THREE)
    run = maple.sync(school([ANN, BEN, CYN], []), days=1)
    assert maple.run_row(run)["suspect"]


# ---- references (C6) -----------------------------------------------------------------------------------------------------


def test_a_dangling_reference_is_a_finding_and_never_a_drop(maple):
    run = maple.sync(school([ANN, user("ben", org="nowhere")], [enrollment("e1", "ann", "c1"), enrollment("e2", "zoe", "c1")]))
    assert maple.mirror("e2", "enrollments")["present"]
    found = [(row["rule"], row["sourced_id"]) for row in maple.findings(run)]
    assert sorted(found) == [("enrollments.user.dangling", "e2"), ("users.roles.org.dangling", "ben")]


def test_resources_dangle_only_where_the_source_is_read_for_them(maple):
    roster = school([user("ann", resources=["r1", "r9"])], classes=[record("c1", title="Class", course="k1", school="s1", terms=["t1"], resources=["r9"])])
    assert maple.findings(maple.sync(roster)) == []
    maple.admin.execute("UPDATE source SET resources = true")
    run = maple.sync({**roster, "resources": [record("r1", vendorResourceId="v1")]})
    assert sorted((row["rule"], row["sourced_id"]) for row in maple.findings(run)) == [
        ("classes.resources.dangling", "c1"), ("users.resources.dangling", "ann")]


def test_what_dangles_is_found_when_it_begins_told_every_night_and_over_when_mended(maple):
    maple.sync(THREE)
    for _ in range(3):
        run = maple.sync(without("ann"))
        assert [row["sourced_id"] for row in maple.findings(run, "enrollments.user.dangling")] == ["e1"]
    run = maple.sync(THREE)
    assert maple.findings(run) == []


class Wanderers:
    """A small roster that moves a little every night, and what dangles in it."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.people = {f"p{n}": self._kin() for n in range(30)}
        self.seats = {f"e{n}": self._seat() for n in range(40)}
        self.classes = {f"c{n}": self._home() for n in range(6)}
        self.schools = {"s1", "s2"}

    def _kin(self):
        return {f"p{self.chance.randrange(33)}" for _ in range(self.chance.randrange(3))}

    def _seat(self):
        return f"p{self.chance.randrange(33)}", f"c{self.chance.randrange(7)}"

    def _home(self):
        return self.chance.choice(("s1", "s2"))

    def _move(self, records, new):
        """One comes or goes, or names others."""
        name = self.chance.choice(sorted(records))
        if self.chance.random() < 0.5:
            del records[name]
        else:
            records[name] = new()
        if self.chance.random() < 0.5:
            prefix = name[0]
            records.setdefault(f"{prefix}{self.chance.randrange(30 if prefix == 'p' else 7 if prefix == 'c' else 40)}", new())

    def night(self, number):
        self._move(self.people, self._kin)
        self._move(self.seats, self._seat)
        if number % 3 == 1:
            self._move(self.classes, self._home)
        if number % 5 == 4:
            self.schools ^= {"s2"}

    def roster(self):
        return school([user(name, agents=sorted(kin)) for name, kin in sorted(self.people.items())],
                      [enrollment(name, *seat) for name, seat in sorted(self.seats.items())],
                      orgs=[record(name, name=name, type="school") for name in sorted(self.schools)],
                      classes=[record(name, title=name, course="k1", school=home, terms=["t1"])
                               for name, home in sorted(self.classes.items())])

    def dangling(self):
        seats = self.seats.items()
        return sorted({
            *(("enrollments.user", name) for name, (who, _) in seats if who not in self.people),
            *(("enrollments.class", name) for name, (_, room) in seats if room not in self.classes),
            *(("users.agents", name) for name, kin in self.people.items() if kin - self.people.keys()),
            *(("classes.school", name) for name, home in self.classes.items() if home not in self.schools)})


@pytest.mark.parametrize("seed", range(2))
def test_what_dangles_after_a_little_has_moved_is_what_dangles_in_the_whole(maple, seed):
    """Of whom nothing moved nobody asks again: night after night it has to be what a look at everybody finds."""
    world = Wanderers(seed)
    for number in range(14):
        run = maple.sync(world.roster())
        found = sorted((row["rule"].removesuffix(".dangling"), row["sourced_id"]) for row in maple.findings(run) if row["rule"].endswith(".dangling"))
        assert found == world.dangling(), f"night {number}"
        world.night(number)


def test_an_unsealed_collection_makes_nothing_dangle(maple):
    run = maple.sync(school([ANN], [enrollment("e2", "zoe", "c1")]), unsealed=("users",))
    assert maple.findings(run, "enrollments.user.dangling") == []


CHANGES = {
    "org": ("orgs", [record("s1", name="School renamed", type="school")]),
    "session": ("academicSessions", [record("t1", title="Term", type="term", startDate="2026-08-01", endDate="2027-07-30")]),
    "course": ("courses", [record("k1", title="Course renamed", org="s1")]),
    "class": ("classes", [record("c1", title="Class renamed", course="k1", school="s1", terms=["t1"])]),
    "class absent": ("classes", []),
    "enrollment": ("enrollments", [enrollment("e1", "ann", "c1", beginDate="2026-09-09")]),
    "enrollment absent": ("enrollments", []),
    "new enrollment": ("enrollments", [enrollment("e1", "ann", "c1"), enrollment("e9", "ann", "c1", role="aide")]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_moves_makes_the_people_who_refer_to_it_candidates(maple, what):
    bystander = user("ben", org="s2")
    roster = school([ANN, bystander], [enrollment("e1", "ann", "c1")],
                    orgs=[record("s1", name="School", type="school"), record("s2", name="Other", type="school")])
    maple.sync(roster)
    collection, records = CHANGES[what]
    kept = [entry for entry in roster[collection] if entry["id"] == "s2"]
    maple.sync({**roster, collection: records + kept}, days=1)
    assert (maple.version("ann"), maple.version("ben")) == (2, 1)


def test_a_guardian_that_moves_touches_its_student_and_a_student_its_guardians(maple):
    child, mother = user("kid", agents=["mum"]), user("mum", "guardian")
    maple.sync(school([child, mother, BEN]))
    maple.sync(school([child, user("mum", "guardian", email="m@maple.example"), BEN]), days=1)
    assert (maple.version("kid"), maple.version("mum"), maple.version("ben")) == (2, 2, 1)
    maple.sync(school([user("kid"), user("mum", "guardian", email="m@maple.example"), BEN]), days=1)
    assert (maple.version("kid"), maple.version("mum"), maple.version("ben")) == (3, 3, 1)


def test_a_person_who_changed_and_is_referred_to_by_a_change_moves_once(maple):
    maple.sync(THREE)
    maple.sync({**school([user("ann", email="x@maple.example"), BEN, CYN], THREE["enrollments"]), **dict([CHANGES["class"]])}, days=1)
    assert maple.version("ann") == 2


# ---- the commit (R4, R5), pages that do not count (L3, N3) -----------------------------------------------------------------


def test_a_mirror_that_moved_meanwhile_supersedes_the_run(maple):
    maple.sync(THREE)
    run = maple.begin(tuple(THREE))
    maple.fetch(run, without("cyn"))
    maple.admin.execute("UPDATE source SET mirror_version = mirror_version + 1")
    maple.ready(run)
    assert maple.run_row(run)["state"] == "Superseded"
    assert maple.mirror("cyn")["present"]


def test_a_mirror_commit_supersedes_parked_runs_and_lets_the_waiting_one_begin(maple):
    maple.sync(THREE)
    parked = maple.begin(tuple(THREE))
    maple.admin.execute("UPDATE run SET parked = true, state = 'Paused' WHERE run_id = %s", [parked])
    maple.admin.execute("UPDATE source SET active_run = NULL")
    run = maple.begin(tuple(THREE))
    behind = maple.one("SELECT run_request(%s, 'somebody')", maple.source)
    maple.admin.execute("DELETE FROM outbox")
    maple.fetch(run, THREE)
    maple.ready(run)
    assert maple.run_row(parked)["state"] == "Superseded"
    assert maple.run_row(run)["phase"] == "mirrored"
    said = maple.all("SELECT run_id, topic FROM outbox WHERE topic IN ('run.requested', 'run.finished')")
    assert {(row["run_id"], row["topic"]) for row in said} == {(behind, "run.requested"), (parked, "run.finished")}


def test_rows_of_a_page_that_no_lane_lists_are_ignored(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.hand(maple.batch(run, "users", "f" * 32, [BEN], findings=[finding("ben", "error")]))
    maple.hand(maple.batch(run, "users", page, records))
    maple.list_pages(run, "users", [(page, records)])
    maple.ready(run)
    assert maple.mirror("ann") and maple.mirror("ben") is None
    assert maple.findings(run) == []


def test_a_page_counts_when_all_parts_of_one_version_came(maple):
    run = maple.begin(("users",))
    page = "a" * 32
    maple.hand(maple.batch(run, "users", page, [ANN], part=1, parts=2, normalizer="1"))
    maple.hand(maple.batch(run, "users", page, [ANN, BEN], part=1, parts=1, normalizer="2"))
    maple.hand(maple.batch(run, "users", page, [BEN], part=2, parts=2, normalizer="1"))
    assert maple.one("SELECT normalizer_version FROM page_ledger") == "2"
    maple.list_pages(run, "users", [(page, [ANN, BEN])])
    maple.ready(run)
    assert maple.run_row(run)["phase"] == "mirrored"


def listed(place, count):
    """A run whose fetch listed one page of so many users, of which no batch has come yet."""
    run = place.begin(("users",))
    page = "a" * 32
    people = [user(f"u{number}") for number in range(count)]
    place.list_pages(run, "users", [(page, people)], total=count)
    return run, page, people


def parts_of(place, run, page, records, count=3, normalizer="2"):
    """The messages of a page whose batch comes in parts, one record or more each."""
    cut = [records[number::count] for number in range(count)]
    return [place.batch(run, "users", page, some, part=number + 1, parts=count, normalizer=normalizer) for number, some in enumerate(cut)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 0, 2, 2, 1, 1), (2, 0, 2, 1, 0)])
def test_three_parts_make_a_page_in_any_order_and_doubled(maple, order):
    run, page, people = listed(maple, 9)
    parts = parts_of(maple, run, page, people)
    for number, part in enumerate(order):
        assert maple.run_row(run)["phase"] == ("fetching" if set(order[:number]) != {0, 1, 2} else "ready")
        maple.hand(parts[part])
    assert maple.run_row(run)["phase"] == "ready" and maple.said("snapshot.ready") == 1
    maple.ready(run)
    assert maple.run_row(run)["phase"] == "mirrored"
    assert maple.one("SELECT count(*) FROM mirror_record WHERE collection = 'users'") == 9
    assert maple.collection(run)["sealed"] is True


def test_a_page_in_parts_that_comes_unchanged_is_merely_seen(maple):
    people = [user(f"u{number}") for number in range(9)]
    for night in range(2):
        run = maple.begin(("users",))
        page = f"{night:032x}"
        maple.list_pages(run, "users", [(page, people)], total=9)
        for part in parts_of(maple, run, page, people):
            maple.hand(part)
        maple.ready(run)
        maple.admin.execute("UPDATE run SET finished_at = now(), phase = 'done' WHERE run_id = %s", [run])
    ledger = maple.all("SELECT seen, staged, dropped FROM batch_ledger WHERE run_id = %s", run)
    assert [(row["seen"], row["staged"], row["dropped"]) for row in ledger] == [(3, 0, 0)] * 3


def test_parts_of_two_versions_never_make_one_page(maple):
    run, page, people = listed(maple, 6)
    old, new = parts_of(maple, run, page, people, 3, "1"), parts_of(maple, run, page, people, 2, "2")
    for message in (old[0], new[1], old[2]):
        maple.hand(message)
    assert maple.one("SELECT count(*) FROM page_ledger") == 0, "three parts, of two versions"
    maple.hand(new[0])
    assert maple.one("SELECT normalizer_version FROM page_ledger") == "2"
    maple.hand(old[1])
    assert maple.one("SELECT normalizer_version FROM page_ledger") == "2", "the first complete one counts"
    maple.ready(run)
    assert maple.run_row(run)["phase"] == "mirrored"
    assert maple.one("SELECT count(*) FROM mirror_record WHERE collection = 'users'") == 6


@pytest.mark.parametrize("point", ["before-commit", "committed"])
def test_a_kill_between_parts_costs_the_part_in_hand(maple, point):
    run, page, people = listed(maple, 6)
    parts = parts_of(maple, run, page, people)
    maple.hand(parts[0])
    doomed = maple.new_driver(ROLLCALL_FAULT=f"reconciler.stage.{point}:kill")
    if doomed.hand(parts[1]) is not None:
        pytest.skip("built without fault points")
    for part in parts:
        maple.hand(part)
    maple.ready(run)
    assert maple.one("SELECT count(*) FROM mirror_record WHERE collection = 'users'") == 6


def test_a_dead_letter_of_one_part_keeps_the_page_until_that_part_is_replayed(maple):
    run, page, people = listed(maple, 6)
    parts = parts_of(maple, run, page, people)
    for part in (parts[0], parts[2]):
        maple.hand(part)
    letter = {"rc_origin_topic": "rollcall.batch.normalized.v1", "rc_origin_partition": "0", "rc_origin_offset": "9", "rc_origin_key": page,
              "rc_origin.rc_page": page, "rc_origin.rc_collection": "users", "rc_stage": "reconciler", "rc_version": "1",
              "rc_error_class": "reject", "rc_error": "x"}
    maple.hand({"topic": "dead.letter", "district": str(maple.id), "run": str(run), "offset": "9", "headers": letter, "payload": {}})
    assert maple.run_row(run)["parked"]
    (row,) = maple.all("SELECT dead_letter_id FROM dead_letter WHERE state = 'open'")
    assert maple.one("SELECT page_replay(%s, %s, 'somebody', %s)", run, page, row["dead_letter_id"]) is None
    maple.hand(parts[1])
    assert maple.run_row(run)["phase"] == "ready"
    maple.ready(run)
    assert maple.one("SELECT count(*) FROM mirror_record WHERE collection = 'users'") == 6


def test_two_parts_committed_together_complete_the_page_and_make_one_snapshot_ready(maple):
    for _ in range(5):
        run = maple.begin(("users",))
        page = f"{maple.offset:032x}"
        maple.list_pages(run, "users", [(page, [ANN, BEN])])
        messages = [maple.batch(run, "users", page, [ANN], 1, 2), maple.batch(run, "users", page, [BEN], 2, 2)]
        drivers = [maple.new_driver(), maple.new_driver()]
        together(*[lambda pair=pair: pair[0].hand(pair[1]) for pair in zip(drivers, messages, strict=True)])
        assert maple.run_row(run)["phase"] == "ready"
        assert maple.said("snapshot.ready") == 1
        maple.ready(run)


def test_last_batches_and_the_last_seal_at_once_make_one_snapshot_ready(maple):
    for _ in range(5):
        run = maple.begin(("users",))
        pages = maple.pages(run, "users", [user(f"u{n}") for n in range(200)])
        drivers = [maple.new_driver() for _ in pages]
        acts = [lambda driver=driver, page=page: driver.hand(maple.batch(run, "users", *page))
                for driver, page in zip(drivers, pages, strict=True)]
        together(lambda: maple.list_pages(run, "users", pages), *acts)
        assert maple.run_row(run)["phase"] == "ready"
        assert maple.said("snapshot.ready") == 1
        maple.ready(run)


def test_snapshot_ready_handled_by_two_at_once_mirrors_once(maple):
    run = maple.begin(tuple(THREE))
    maple.fetch(run, THREE)
    message = {"topic": "snapshot.ready", "district": str(maple.id), "run": str(run)}
    drivers = maple.new_driver(), maple.new_driver()
    answers = together(*[lambda driver=driver: driver.hand(message) for driver in drivers])
    assert [answer[0] for answer in answers] == ["ok", "ok"]
    assert maple.one("SELECT mirror_version FROM source") == 1
    assert maple.one("SELECT count(*) FROM mirror_record WHERE version = 1") == 8


# ---- crashes (R1, S1) --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["reconciler.stage.before-commit", "reconciler.stage.committed", "reconciler.checked",
                                   "reconciler.mirror.before-commit", "reconciler.mirrored"])
def test_a_kill_at_any_point_and_the_message_again_end_in_the_same_mirror(maple, point):
    maple.sync(THREE)
    run = maple.begin(tuple(THREE))
    roster = school([user("ann", email="x@maple.example"), BEN], THREE["enrollments"])
    staging = "stage" in point
    maple.fetch(run, {name: roster[name] for name in roster if name != "users" or not staging})
    [(page, records)] = maple.pages(run, "users", roster["users"])
    message = maple.batch(run, "users", page, records) if staging else {
        "topic": "snapshot.ready", "district": str(maple.id), "run": str(run)}
    dying = maple.new_driver(ROLLCALL_FAULT=f"{point}:kill")
    if dying.hand(message) is not None:
        pytest.skip("built without fault points")
    assert dying.process.wait(timeout=30) == -9
    maple.hand(message)
    if staging:
        maple.list_pages(run, "users", [(page, records)])
        maple.ready(run)
    assert maple.run_row(run)["phase"] == "mirrored"
    assert (maple.version("ann"), maple.version("ben"), maple.version("cyn")) == (2, 1, 2)
    assert maple.one("SELECT mirror_version FROM source") == 2
    assert maple.one("SELECT count(*) FROM stage_record") == 0 or point == "reconciler.mirrored"


# ---- a quiet night ----------------------------------------------------------------------------------------------------------


def test_a_quiet_night_touches_no_row_of_the_mirror(maple):
    maple.page_size = 1000
    people = [user(f"u{n}") for n in range(2000)]
    roster = school(people, [enrollment(f"e{n}", f"u{n}", "c1") for n in range(2000)])
    maple.sync(roster)
    before = maple.all("SELECT sum(xmin::text::bigint) AS x, count(*) AS n FROM mirror_record")
    # The server's own afterwork (autovacuum, pages written whole after a checkpoint) falls into one night or another, not into each.
    written = min(quiet_night(maple, roster) for _ in range(3))
    assert maple.all("SELECT sum(xmin::text::bigint) AS x, count(*) AS n FROM mirror_record") == before
    assert maple.one("SELECT count(*) FROM stage_record") == 0
    assert written < 4000 * 20, f"{written} bytes of WAL for 4,000 records"


def quiet_night(maple, roster):
    """Bytes of WAL from the first batch to the mirror. What the pages' listing writes is the fetcher's."""
    run = maple.begin(tuple(roster))
    wal = maple.one("SELECT pg_current_wal_insert_lsn()")
    maple.fetch(run, roster)
    maple.ready(run)
    assert maple.run_row(run)["phase"] == "mirrored"
    return maple.one("SELECT pg_current_wal_insert_lsn() - %s::pg_lsn", wal)


def test_a_page_in_no_order_is_compared_as_one_in_order(maple):
    """Its first and last id span far more rows than it has records: these are looked up one by one."""
    people = [user(f"u{number:04}") for number in range(400)]
    maple.sync({"users": people})
    changed = user("u0200", phone="1")
    run = maple.begin(("users",))
    for number, some in enumerate(([people[399], people[0], changed, user("new")], people[1:200] + people[201:399])):
        page = f"{number:032x}"
        maple.hand(maple.batch(run, "users", page, some))
    seen = maple.all("SELECT seen, staged FROM batch_ledger WHERE run_id = %s ORDER BY page_id", run)
    assert [(row["seen"], row["staged"]) for row in seen] == [(2, 2), (397, 0)]


# ---- dead letters (R4, L7) ---------------------------------------------------------------------------------------------------


def letter(maple, run, page, number=1, topic="page.fetched"):
    headers = {"rc_origin_topic": f"rollcall.{topic}.v1", "rc_origin_partition": "3", "rc_origin_offset": str(number),
               "rc_stage": "rollcall-normalizer", "rc_version": "1", "rc_error_class": "reject", "rc_error": "no json",
               "rc_origin.rc_page": page, "rc_origin.rc_collection": "users"}
    return {"topic": "dead.letter", "district": str(maple.id), "run": str(run), "offset": str(number), "headers": headers, "payload": {}}


def test_a_dead_letter_is_recorded_once_and_parks_a_run_that_waits_for_nothing_else(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.hand(letter(maple, run, page))
    assert not maple.run_row(run)["parked"]
    maple.list_pages(run, "users", [(page, records)])
    maple.hand(letter(maple, run, page))
    assert maple.one("SELECT count(*) FROM dead_letter") == 1
    assert maple.all("SELECT state, page_id, collection, origin_offset FROM dead_letter") == [
        {"state": "open", "page_id": page, "collection": "users", "origin_offset": 1}]
    assert maple.run_row(run)["parked"] and maple.one("SELECT active_run FROM source") is None


def test_staging_a_page_closes_its_dead_letter(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.hand(letter(maple, run, page))
    maple.hand(maple.batch(run, "users", page, records))
    assert maple.one("SELECT state FROM dead_letter") == "closed"


def test_a_dead_letter_of_a_page_in_the_ledger_is_recorded_closed(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.hand(maple.batch(run, "users", page, records))
    maple.hand(letter(maple, run, page))
    assert maple.one("SELECT state FROM dead_letter") == "closed"
    maple.list_pages(run, "users", [(page, records)])
    assert maple.run_row(run)["phase"] == "ready"


def test_a_page_and_its_dead_letter_at_once_leave_no_open_letter(maple):
    for number in range(5):
        run = maple.begin(("users",))
        page = f"{number:032x}"
        batch, dead = maple.batch(run, "users", page, [ANN]), letter(maple, run, page, number + 10)
        drivers = [maple.new_driver(), maple.new_driver()]
        together(lambda: drivers[0].hand(batch), lambda: drivers[1].hand(dead))
        assert maple.one("SELECT state FROM dead_letter WHERE run_id = %s", run) == "closed"
        maple.list_pages(run, "users", [(page, [ANN])])
        maple.ready(run)


def test_the_end_of_a_lane_is_recorded_from_its_event(maple):
    run = maple.begin(("users",))
    lane = maple.one("SELECT lane_id FROM lane WHERE run_id = %s", run)
    take = maple.one("SELECT take FROM lane_take(%s, 1, 0, 'somebody', 60000)", lane)
    assert maple.one("SELECT lane_fail(%s, %s, 'the credentials were refused')", lane, take)
    data = maple.one("SELECT data FROM outbox WHERE topic = 'dead.letter'")
    event = {"topic": "dead.letter", "id": "outbox-17", "district": str(maple.id), "run": str(run), "payload": data}
    maple.hand(event)
    maple.hand(event)
    rows = maple.all("SELECT state, lane_id, collection, error, origin_topic, origin_offset FROM dead_letter")
    assert rows == [{"state": "open", "lane_id": lane, "collection": "users", "error": "the credentials were refused",
                     "origin_topic": "outbox", "origin_offset": 17}]
    assert maple.run_row(run)["parked"]


def test_a_poisonous_snapshot_ready_parks_its_run_in_its_phase(maple):
    run = maple.begin(("users",))
    [(page, records)] = maple.pages(run, "users", [ANN])
    maple.hand(maple.batch(run, "users", page, records))
    maple.list_pages(run, "users", [(page, records)])
    message = letter(maple, run, page, topic="snapshot.ready")
    del message["headers"]["rc_origin.rc_page"]
    maple.hand(message)
    row = maple.run_row(run)
    assert (row["phase"], row["parked"]) == ("ready", True)
    assert maple.one("SELECT run_replay(%s, 'somebody')", run) is None
    maple.ready(run)
    assert maple.run_row(run)["phase"] == "mirrored"


def test_a_batch_that_is_no_batch_is_rejected_with_the_member_named(maple):
    run = maple.begin(("users",))
    message = maple.batch(run, "users", "a" * 32, [ANN])
    del message["payload"]["batch"]["parts"]
    answer = maple.hand(message, "reject")
    assert "parts" in answer[2]
    assert json.dumps(message["payload"]["records"][0]["body"]["familyName"]) not in answer[2]
