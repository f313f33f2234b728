"""However a roster arrives, the same plan comes out; and what a run did is wholly gone once it was taken back. Through the database, on random families."""

import random

import pytest
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user

SEEDS = range(3)


def family(rng, stamp=0):
    """Students, teachers, guardians and their classes; stamp moves the dates of change."""
    modified = f"2026-09-0{1 + stamp}T00:00:00Z"
    students = [f"u{number}" for number in range(8)]
    people = [user(who, email=f"{who}@example.org", username=who, grades=[rng.choice(["01", "02"])], org=rng.choice(["s1", "s1", "s2"]), modified=modified,
                   middleName=rng.choice("XYZ")) for who in students]
    people += [user(f"t{number}", role=rng.choice(["teacher", "aide"]), givenName="Tess", email=f"t{number}@example.org", phone="555", modified=modified)
               for number in range(3)]
    people += [user(f"g{number}", role="parent", givenName="Pat", email=f"g{number}@example.org", phone=rng.choice(["1", "2"]), modified=modified,
                    agents=rng.sample(students, 2)) for number in range(4)]
    people += [user("g9", role="guardian", givenName="Tess", familyName="t0", email="t0@example.org", phone="555", agents=["u0"], modified=modified)]
    seats = [enrollment(f"e{who}", who, "c1") for who in students if rng.random() < 0.6] + [enrollment("always", "u0", "c1")]
    return people, seats


def said(district):
    """The open plan's items, without generated ids."""
    return sorted((item["kind"], item["subject"].split(":")[-1], item["field"].split(":")[-1], (item["new_value"] or "").replace(str(district.source), ""), item["hold"])
                  for item in district.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_order_pages_and_repetition_never_change_a_plan(postgres, migrated_template, seed):
    plans = []
    for page_size, shuffled, times in ((100, False, 1), (1, True, 1), (3, True, 2)):
        database = postgres.create_database(template=migrated_template)
        district = PlannedDistrict(postgres, database, page_size, schools=["s1", "s2"])
        people, seats = family(random.Random(seed))
        rng = random.Random(page_size)
        for rows in (people, seats) if shuffled else ():
            rng.shuffle(rows)
        roster = school(people, seats)
        run = district.begin(tuple(roster))
        for collection, records in roster.items():
            pages = district.pages(run, collection, records)
            told = [page for page in pages for _ in range(times)]
            for page, part in rng.sample(told, len(told)) if shuffled else told:
                district.hand(district.batch(run, collection, page, part))
            district.list_pages(run, collection, pages)
        for _ in range(times):
            district.ready(run)
        plans.append(said(district))
        district.close()
        postgres.drop_database(database)
    assert plans[0] and plans[0] == plans[1] == plans[2]


def everything(district):
    """All that an application sees, guardianships and kinds included."""
    bonds = district.all("""
        SELECT (SELECT min(sourced_id) FROM account_link l WHERE l.account_id = g.guardian_id) AS guardian,
               (SELECT min(sourced_id) FROM account_link l WHERE l.account_id = g.student_id) AS student, relation
        FROM guardianship g WHERE ended_on IS NULL ORDER BY 1, 2""")
    fields = district.all("SELECT kind, status, username, given_name, family_name, middle_name, email, phone, sms, identifier, master_id, grades, access FROM account "
                          "ORDER BY family_name, email, username")
    return district.directory(), bonds, fields


@pytest.mark.parametrize("seed", SEEDS)
def test_taking_back_right_after_a_run_restores_everything_and_it_stays_so(postgres, database, seed):
    district = PlannedDistrict(postgres, database, schools=["s1", "s2"], existing_people="update", archive_students="archive", archive_teachers="archive",
                               threshold_archive_percent=100, threshold_change_percent=100, archive_after_days=0)
    rng = random.Random(seed)
    try:
        district.sync(school(*family(rng)))
        district.approve()
        for stamp in (1, 2, 3):
            people, seats = family(rng, stamp)
            people = [entry for entry in people if entry["id"] not in ("u1", f"t{stamp - 1}")]     # they leave, and some return
            before = everything(district)
            run = district.sync(school(people, seats), days=1)
            assert district.items() == []
            assert stamp > 1 or everything(district) != before
            district.undo(run)
            assert everything(district) == before
            assert district.one("SELECT left_alone FROM undo WHERE run_id = %s", run) == 0
            district.compare()
            district.sync(school(people, seats), days=0)
            district.compare()
    finally:
        district.close()
