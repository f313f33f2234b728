"""P and D: what a run proposes, what waits, what a decision does, what an undo leaves alone. Each test breaks with the rule it names."""

import datetime

import pytest
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user


@pytest.fixture
def district(postgres, database):
    district = PlannedDistrict(postgres, database)
    yield district
    district.close()


ADA = user("u1", email="ada@example.org", username="ada")
BEN = user("u2", email="ben@example.org", username="ben")
TEACHER = user("t1", role="teacher", givenName="Tess", email="tess@example.org", phone="555-0100")
TEACHER_AS_PARENT = user("g1", role="guardian", givenName="Tess", familyName="t1", email="tess@example.org", phone="(555) 0100", agents=["u1"])


def started(district, users=(ADA, BEN), enrollments=()):
    """The first sync, approved as a whole."""
    run = district.sync(school(users, enrollments))
    district.approve()
    district.compare()
    return run


def test_the_first_plan_waits_as_a_whole(district):
    run = district.sync(school([ADA, BEN], [enrollment("e1", "u1", "c1")]))
    assert district.run_row(run)["state"] == "On hold"
    assert {(item["kind"], item["hold"]) for item in district.items()} == {("create", "first sync"), ("join", "first sync")}
    assert district.directory() == []


def test_approving_applies_those_items_and_the_run_is_completed(district):
    run = district.sync(school([ADA, BEN], [enrollment("e1", "u1", "c1")]))
    district.approve()
    assert district.run_row(run)["state"] == "Completed"
    assert district.account_of("u1")["email"] == "ada@example.org" and not district.account_of("u1")["access"]
    assert district.members("c1") == {"u1"}
    assert district.run_row(run)["counts"]["applied"] == {"create": 2, "join": 1}


def test_a_quiet_night_has_no_candidates_and_proposes_nothing(district):
    started(district)
    run = district.sync(school([ADA, BEN]), days=1)
    assert district.run_row(run)["state"] == "Completed" and district.items() == []
    assert district.one("SELECT count(*) FROM plan_item WHERE plan_id = (SELECT plan_id FROM plan WHERE run_id = %s LIMIT 1)", run) == 0


def test_part_of_a_plan_can_be_approved_and_the_rest_still_waits(district):
    run = district.sync(school([ADA, BEN]))
    district.approve([item for item in district.items() if item["subject"].endswith("u1")])
    assert district.account_of("u1") and not district.account_of("u2")
    assert district.run_row(run)["state"] == "On hold"
    assert [item["hold"] for item in district.items()] == ["first sync"]
    assert district.one("SELECT decided_at FROM plan WHERE state = 'open'") is None, "no decision waits any more"


def test_an_approval_that_nobody_took_up_goes_over_to_the_plan_that_follows(district):
    district.sync(school([ADA, BEN]))
    district.say("approved")
    district.sync(school([ADA, BEN, user("u3")]), days=1)
    assert district.account_of("u1") and district.account_of("u2")
    assert not district.account_of("u3"), "which was not in the plan that was approved"


def test_existing_people_are_skipped_until_update_is_chosen(district):
    started(district)
    changed = user("u1", email="ada@example.org", username="ada", middleName="King", modified="2026-09-02T00:00:00Z")
    district.sync(school([changed, BEN]), days=1)
    assert district.account_of("u1")["middle_name"] is None
    district.set(existing_people="update", threshold_change_percent=100)
    district.sync(school([changed, BEN]), days=1)
    assert district.account_of("u1")["middle_name"] == "King"


def test_a_pinned_field_is_kept_and_the_others_follow(district):
    started(district)
    district.set(existing_people="update", threshold_change_percent=100)
    account = district.account_of("u1")["account_id"]
    district.admin.execute("INSERT INTO pin (district_id, account_id, field, reason, set_by) VALUES (%s, %s, 'given_name', 'preferred', 'owner')", [district.id, account])
    district.admin.execute("UPDATE account SET version = version + 1 WHERE account_id = %s", [account])
    district.sync(school([user("u1", email="ada@example.org", username="ada2", givenName="Adele", modified="2026-09-02T00:00:00Z"), BEN]), days=1)
    assert district.account_of("u1")["given_name"] == "Ada" and district.account_of("u1")["username"] == "ada2"


def test_records_of_one_person_become_one_account_with_all_roles(district):
    started(district, [ADA, TEACHER, TEACHER_AS_PARENT])
    assert district.account_of("t1")["account_id"] == district.account_of("g1")["account_id"]
    assert district.roles_of("t1") == {"teacher", "guardian"}
    assert district.guardians("u1") == {"t1", "g1"}


def test_students_join_with_nobody(district):
    twin = user("u9", email="ada@example.org", familyName="u1", username="ada9")
    started(district, [ADA, twin])
    assert district.account_of("u1")["account_id"] != district.account_of("u9")["account_id"]


def test_a_create_whose_email_is_taken_is_held(district):
    started(district)
    district.sync(school([ADA, BEN, user("u3", email="ADA@example.org")]), days=1)
    assert [(item["kind"], item["hold"]) for item in district.items()] == [("create", "e-mail is taken")]


def test_somebody_added_by_hand_is_recognised_and_not_made_again(district):
    district.admin.execute("INSERT INTO account (district_id, given_name, family_name, email, origin) VALUES (%s, 'Ada', 'u1', 'ada@example.org', 'hand')", [district.id])
    started(district)
    assert district.one("SELECT count(*) FROM account WHERE given_name = 'Ada' AND family_name = 'u1'") == 1
    assert district.account_of("u1")["origin"] == "hand"


HERS = enrollment("e1", "u1", "c1")     # a collection that is suddenly empty would be doubted


def gone(district, *days):
    """u2 is missing on that many days."""
    return [district.sync(school([ADA], [HERS]), days=day) for day in days]


def test_leavers_are_kept_unless_archiving_was_chosen(district):
    started(district)
    gone(district, 1, 3, 1)
    assert district.account_of("u2")["status"] == "active"


def test_an_archive_needs_a_second_sealed_snapshot_three_dates_later(district):
    started(district)
    district.set(archive_students="archive", threshold_archive_percent=100)
    gone(district, 1, 1, 1)
    assert district.account_of("u2")["status"] == "active"
    gone(district, 1)
    assert district.account_of("u2")["status"] == "archived"


def test_archives_above_the_threshold_wait_and_creates_go_on(district):
    started(district)
    district.set(archive_students="archive")
    gone(district, 1)
    run = district.sync(school([ADA, user("u3", email="cy@example.org")], [HERS]), days=3)
    assert [(item["kind"], item["hold"]) for item in district.items()] == [("archive", "threshold")]
    assert district.account_of("u3") and district.run_row(run)["state"] == "On hold"
    district.approve()
    assert district.account_of("u2")["status"] == "archived" and district.run_row(run)["state"] == "Completed"


@pytest.mark.parametrize(("number", "own", "held"), [(1, None, True), (2, None, False), (1, 2, False), (2, 1, True), (0, None, False)])
def test_archives_above_a_number_wait_and_a_school_s_own_goes_before(district, number, own, held):
    """Two of twelve leave, and any share may."""
    staying = [ADA, *(user(f"s{number}", email=f"s{number}@example.org") for number in range(9))]
    started(district, [*staying, BEN, user("u3", email="cy@example.org")])
    district.set(archive_students="archive", threshold_archive_percent=100, threshold_archive_number=number)
    if own is not None:
        district.admin.execute("INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (%s, 'school:s1', 'threshold-archive-number', %s, 'test')",
                               [district.id, str(own)])
    for days in (1, 3):
        district.sync(school(staying), days=days)
    assert {item["hold"] for item in district.items()} == ({"threshold"} if held else set())
    assert {district.account_of(who)["status"] for who in ("u2", "u3")} == ({"active"} if held else {"archived"})


def test_changes_above_a_number_wait(district):
    started(district)
    district.set(existing_people="update", threshold_change_percent=100, threshold_change_number=1)
    moved = [user(who, email=f"{who}.new@example.org", username=name, modified="2026-09-02T00:00:00Z") for who, name in (("u1", "ada"), ("u2", "ben"))]
    district.sync(school([moved[0], BEN]), days=1)
    assert district.account_of("u1")["email"] == "u1.new@example.org"
    district.sync(school([user("u1", email="u1.newer@example.org", username="ada", modified="2026-09-03T00:00:00Z"), moved[1]]), days=1)
    assert [item["hold"] for item in district.items()] == ["threshold", "threshold"]


def test_who_returns_is_restored_with_what_they_had(district):
    started(district, enrollments=[HERS, enrollment("e2", "u2", "c1")])
    district.set(archive_students="archive", threshold_archive_percent=100)
    gone(district, 1, 3)
    account = district.account_of("u2")
    assert account["status"] == "archived" and district.members("c1") == {"u1"}
    district.sync(school([ADA, BEN], [HERS, enrollment("e2", "u2", "c1")]), days=1)
    assert district.account_of("u2")["status"] == "active" and district.account_of("u2")["account_id"] == account["account_id"]
    assert district.members("c1") == {"u1", "u2"}


def test_a_membership_ends_on_its_own_evidence_with_a_date(district):
    started(district, enrollments=[HERS, enrollment("e2", "u2", "c1")])
    for days in (1, 3):
        district.sync(school([ADA, BEN], [HERS]), days=days)
    assert district.members("c1") == {"u1"} and district.account_of("u2")["status"] == "active"
    assert district.one("SELECT count(*) FROM membership WHERE ended_on IS NOT NULL") == 1


def test_a_collection_that_is_suddenly_empty_ends_nothing_unasked(district):
    started(district, enrollments=[HERS])
    for days in (1, 3, 1):
        district.sync(school([ADA, BEN]), days=days)
    assert district.members("c1") == {"u1"}
    assert {(item["kind"], item["hold"]) for item in district.items()} == {("end", "source fault suspected")}


def test_another_enrollment_id_for_the_same_class_is_the_same_membership(district):
    started(district, enrollments=[enrollment("e2", "u2", "c1")])
    for days in (1, 3, 1):
        district.sync(school([ADA, BEN], [enrollment("e9", "u2", "c1")]), days=days)
    assert district.members("c1") == {"u2"}
    assert district.one("SELECT count(*) FROM history WHERE kind IN ('join', 'end')") == 1


def test_a_term_that_ended_ends_memberships_though_nothing_else_moved(district):
    started(district, enrollments=[enrollment("e2", "u2", "c1")])
    from with_reconciler import record
    over = [record("t1", modified="2026-09-09T00:00:00Z", title="Term", type="term", startDate="2026-08-01", endDate="2026-09-02")]
    district.sync(school([ADA, BEN], [enrollment("e2", "u2", "c1")], academicSessions=over), days=1)
    assert district.members("c1") == set()
    assert district.history()[-1]["cause"] == "term ended"


def test_out_of_scope_by_a_settings_change_always_waits(district):
    started(district)
    district.set(archive_students="archive", threshold_archive_percent=100, students=False)
    district.sync(school([ADA, BEN]), days=1)
    assert {(item["kind"], item["hold"]) for item in district.items()} == {("archive", "out of scope")}


WEST, EAST = "Etc/GMT+12", "Pacific/Kiritimati"  # in the east it is a later date than in the west, at any moment


def a_role(role="student", org="s1", **dates):
    return {"role": role, "org": org, **dates}


def in_zone(district, zone):
    """The date there, which the planner goes by from now on."""
    return district.one("UPDATE district SET time_zone = %s RETURNING local_date(time_zone)", zone)


def test_a_role_that_has_ended_counts_no_more_and_one_to_come_counts_already(district):
    today = in_zone(district, EAST)
    tomorrow = today + datetime.timedelta(days=1)
    ended, ends, begins = user("u1"), user("u2"), user("u3")
    ended["body"]["roles"] = [a_role(endDate=str(today)), a_role("teacher", endDate=str(tomorrow))]
    ends["body"]["roles"] = [a_role(endDate=str(tomorrow))]
    begins["body"]["roles"] = [a_role(beginDate=str(tomorrow))]
    started(district, [ended, ends, begins])
    assert [district.roles_of(who) for who in ("u1", "u2", "u3")] == [{"teacher"}, {"student"}, {"student"}]


def test_who_has_only_roles_that_ended_gets_no_account(district):
    today = in_zone(district, EAST)
    ended = user("u1")
    ended["body"]["roles"] = [a_role(beginDate="2020-01-01", endDate=str(today))]
    started(district, [ended, BEN])
    assert district.account_of("u1") is None and district.account_of("u2")


def test_a_role_that_ends_is_planned_for_on_that_date_though_nothing_moved(district):
    tomorrow = in_zone(district, WEST) + datetime.timedelta(days=1)
    both = user("u1", modified="2026-09-09T00:00:00Z")
    both["body"]["roles"] = [a_role(), a_role("teacher", endDate=str(tomorrow))]
    started(district, [both, BEN])
    district.set(existing_people="update")
    district.sync(school([both, BEN]), days=1)
    assert district.items() == [] and district.roles_of("u1") == {"student", "teacher"}
    assert in_zone(district, EAST) >= tomorrow
    district.compare()
    district.sync(school([both, BEN]), days=1)
    assert district.roles_of("u1") == {"student"}
    assert district.history()[-1]["cause"] == "role or school changed"


def test_a_guardian_leaves_with_the_last_student_and_not_before(district):
    parent = user("g5", role="parent", givenName="Pat", email="pat@example.org", agents=["u1", "u2"])
    started(district, [ADA, BEN, parent])
    district.set(archive_students="archive", threshold_archive_percent=100)
    for days in (1, 3):
        district.sync(school([ADA, parent]), days=days)
    assert district.account_of("g5")["status"] == "active" and district.guardians("u2") == set()
    for days in (1, 3, 1):
        district.sync(school([user("u7"), parent]), days=days)
    assert district.account_of("g5")["status"] == "archived"


def test_a_decline_is_kept_until_what_it_waits_for_moves(district):
    started(district)
    district.set(existing_people="update", approval="always")
    first = user("u1", email="ada@example.org", username="ada", middleName="King", modified="2026-09-02T00:00:00Z")
    district.sync(school([first, BEN]), days=1)
    district.decide("declined")
    district.compare()
    district.sync(school([first, BEN]), days=1)
    assert district.items() == []
    second = user("u1", email="ada@example.org", username="ada", middleName="Lovelace", modified="2026-09-05T00:00:00Z")
    district.sync(school([second, BEN]), days=1)
    assert [item["new_value"] for item in district.items()] == ["Lovelace"]


def test_discarding_a_plan_declines_nothing(district):
    run = district.sync(school([ADA, BEN]))
    district.discard()
    assert district.run_row(run)["state"] == "Completed"
    district.sync(school([ADA, BEN]), days=1)
    assert {(item["kind"], item["hold"]) for item in district.items()} == {("create", "first sync")}


def test_a_later_run_takes_over_what_waits_with_its_decisions(district):
    first = district.sync(school([ADA, BEN]))
    second = district.sync(school([ADA, BEN]), days=1)
    assert district.run_row(first)["state"] == "Superseded" and district.run_row(second)["state"] == "On hold"
    assert district.one("SELECT count(*) FROM plan WHERE state = 'open'") == 1


def test_a_test_sync_plans_and_never_applies(district):
    started(district)
    run = district.sync(school([ADA, BEN, user("u3")]), days=1, test=True)
    assert district.account_of("u3") is None and district.one("SELECT state FROM plan WHERE run_id = %s", run) == "test"
    district.compare()
    district.sync(school([ADA, BEN, user("u3")]), days=1)
    assert district.account_of("u3")


def test_an_item_whose_rows_moved_is_asked_for_again_or_named_overtaken(district):
    started(district)
    district.set(existing_people="update", approval="always")
    changed = user("u1", email="ada@example.org", username="ada", middleName="King", modified="2026-09-02T00:00:00Z")
    district.sync(school([changed, BEN]), days=1)
    plan = district.items()[0]["plan_id"]
    district.admin.execute("UPDATE account SET middle_name = 'King', version = version + 1 WHERE given_name = 'Ada' AND family_name = 'u1'")
    district.approve()
    assert district.one("SELECT outcome FROM plan_item WHERE plan_id = %s", plan) == "overtaken"


def test_a_settings_change_between_plan_and_approval_is_heeded(district):
    run = district.sync(school([ADA, BEN]))
    district.set(students=False)
    district.approve()
    assert district.directory() == [] and district.run_row(run)["state"] == "Completed"


def test_undoing_a_run_right_after_it_restores_every_field_and_stays_undone(district):
    started(district)
    district.set(existing_people="update", threshold_change_percent=100)
    before = district.directory()
    changed = [user("u1", email="new@example.org", username="ada", grades=["05"], modified="2026-09-02T00:00:00Z"), BEN]
    run = district.sync(school(changed), days=1)
    assert district.directory() != before
    district.undo(run)
    assert district.directory() == before
    district.compare()
    district.sync(school(changed), days=1)
    assert district.directory() == before


def test_an_undo_tells_once_of_each_account_with_all_its_fields(district):
    started(district)
    district.set(existing_people="update", threshold_change_percent=100)
    changed = [user(who, email=f"new-{who}@example.org", username=name, grades=["05"], modified="2026-09-02T00:00:00Z") for who, name in (("u1", "ada"), ("u2", "ben"))]
    run = district.sync(school(changed), days=1)
    district.undo(run)
    told = district.all("SELECT key, data FROM outbox WHERE topic = 'roster.changed' AND data ->> 'kind' = 'undo'")
    assert sorted(row["key"] for row in told) == sorted(str(district.account_of(who)["account_id"]) for who in ("u1", "u2"))
    assert [row["data"]["fields"] for row in told] == [["email", "grades"]] * 2
    assert {row["data"]["run"] for row in told} == {str(run)}


def test_an_undone_create_declines_every_record_of_the_account_and_no_other(district):
    run = started(district)
    district.undo(run)
    waits = district.all("SELECT node FROM declined WHERE kind = 'presence' ORDER BY node")
    assert [row["node"].rsplit(":", 1)[1] for row in waits] == ["u1", "u2"]
    district.compare()


def test_an_undo_leaves_alone_what_moved_since(district):
    started(district)
    district.set(existing_people="update", threshold_change_percent=100)
    run = district.sync(school([user("u1", email="ada@example.org", username="ada", middleName="King", modified="2026-09-02T00:00:00Z"), BEN]), days=1)
    district.admin.execute("UPDATE account SET middle_name = 'Hand', version = version + 1, field_versions = field_versions || '{\"middle_name\": 9}' "
                           "WHERE middle_name = 'King'")
    district.undo(run)
    assert district.account_of("u1")["middle_name"] == "Hand"
    assert district.all("SELECT undone, left_alone FROM undo") == [{"undone": 0, "left_alone": 1}]


def test_applying_twice_changes_nothing(district):
    started(district, enrollments=[enrollment("e2", "u2", "c1")])
    before = district.directory()
    district.decided()
    assert district.directory() == before


def test_an_excluded_person_gets_no_account_by_another_record(district):
    district.sync(school([TEACHER]))
    district.admin.execute("INSERT INTO exclusion (district_id, node, reason, set_by) VALUES (%s, %s, 'asked', 'owner')", [district.id, f"r:{district.source}:t1"])
    district.admin.execute("UPDATE mirror_record SET version = version + 1 WHERE sourced_id = 't1'")
    district.sync(school([TEACHER, user("t2", role="aide", givenName="Tess", familyName="t1", email="tess@example.org", phone="5550100")]), days=1)
    assert district.items() == []


def test_roster_changed_names_ids_and_fields_only(district):
    started(district)
    events = district.all("SELECT data FROM outbox WHERE topic = 'roster.changed'")
    assert len(events) == 2
    assert set(events[0]["data"]) == {"district", "account", "run", "plan", "kind", "fields"}
