"""Asking the source again by id (C4) and what seals keep (L5): the reconciler's first half against a real PostgreSQL, the fetcher played."""

import pytest
from support.paths import program
from with_reconciler import COLLECTIONS, District, dropped, record, school, user


@pytest.fixture
def maple(postgres, database):
    if not program("reconciler-driver").exists():
        pytest.skip(f"{program('reconciler-driver')} is not built: run tests/run, or set ROLLCALL_BIN")
    district = District(postgres, database)
    yield district
    district.close()


def people(count):
    return [user(f"p{number:04}") for number in range(count)]


TEN = people(10)
LEFT, AWAY = TEN[:6], TEN[6:]
GONE = [person["id"] for person in AWAY]


def missing_some(maple, roster=None, days=0):
    """A run whose users lack some, up to where it asks for them."""
    roster = roster or school(LEFT)
    import datetime
    maple.day += datetime.timedelta(days=days)
    run = maple.begin(tuple(roster))
    maple.fetch(run, roster)
    maple.ready(run)
    return run


def finish(maple, run):
    maple.admin.execute("UPDATE run SET finished_at = now(), phase = 'done' WHERE run_id = %s AND phase = 'mirrored'", [run])


def phase(maple, run):
    return maple.run_row(run)["phase"]


def begun(maple):
    return {row["sourced_id"]: row["gone"] for row in maple.all(
        "SELECT sourced_id, gone FROM mirror_record WHERE collection = 'users' AND absent_run IS NOT NULL")}


def start(maple, roster=None):
    maple.sync(roster or school(TEN))
    maple.verify()


# ---- who is asked, and what follows from each answer -----------------------------------------------------------------------


def test_whoever_is_missing_is_asked_for_before_the_mirror_moves(maple):
    start(maple)
    run = missing_some(maple)
    assert phase(maple, run) == "verifying"
    assert maple.asked(run) == (GONE, ["p0000"])
    lane = maple.all("SELECT * FROM lane WHERE run_id = %s AND collection = 'verify'", run)
    assert len(lane) == 1
    asked = maple.all("SELECT data FROM outbox WHERE topic = 'fetch.requested'")
    assert [row["data"]["lane"] for row in asked] == [str(lane[0]["lane_id"])]
    assert begun(maple) == {}


def test_unknown_deleted_and_active_are_three_causes_and_no_answer_is_none(maple):
    start(maple)
    run = missing_some(maple)
    active, deleted = AWAY[0], user(GONE[1], deleted=True)
    maple.answer(run, active=[active], deleted=[deleted], unknown=[GONE[2]])
    assert phase(maple, run) == "mirrored"
    assert begun(maple) == {GONE[1]: 0, GONE[2]: 0}
    assert (maple.mirror(GONE[1])["marked_deleted"], maple.mirror(GONE[2])["marked_deleted"]) == (True, False)
    assert maple.mirror(GONE[0])["present"] and maple.mirror(GONE[3])["present"]
    assert maple.run_row(run)["counts"]["verify"] == {
        "asked": 4, "unknown": 1, "deleted": 1, "active": 1, "unanswered": 1, "sample": False, "deaf": False}
    verify = maple.collection(run, "verify")
    assert (verify["sealed"], "could not be asked" in verify["reason"]) == (False, True)
    assert "lacks 1 whom" in maple.findings(run, "users.list.incomplete")[0]["message"]
    assert "verify" not in maple.run_row(run)["counts"]["collections"]
    assert maple.one("SELECT 'verify' = ANY (sealed) FROM snapshot WHERE run_id = %s", run) is False


def test_a_live_answer_ends_a_countdown_and_brings_its_values(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, unknown=GONE)
    finish(maple, run)
    run = missing_some(maple, days=3)
    assert maple.asked(run)[0] == GONE          # their dates let it complete
    maple.answer(run, active=[user(GONE[0], givenName="Eva")], unknown=GONE[1:])
    assert maple.mirror(GONE[0])["present"] and maple.mirror(GONE[0])["body"]["givenName"] == "Eva"
    assert maple.mirror(GONE[0])["sights"] == 1
    assert begun(maple) == dict.fromkeys(GONE[1:], 2)


def test_between_its_dates_a_countdown_asks_nothing(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, unknown=GONE)
    finish(maple, run)
    run = missing_some(maple, days=1)
    assert phase(maple, run) == "mirrored"
    assert begun(maple) == dict.fromkeys(GONE, 0)


def test_no_answer_neither_begins_completes_nor_ends(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, unknown=GONE[:2])
    assert begun(maple) == dict.fromkeys(GONE[:2], 0)
    finish(maple, run)
    run = missing_some(maple, days=5)
    maple.answer(run)
    assert begun(maple) == dict.fromkeys(GONE[:2], 0)
    finish(maple, run)
    run = missing_some(maple)
    maple.answer(run, unknown=GONE)
    assert begun(maple) == {**dict.fromkeys(GONE[:2], 2), **dict.fromkeys(GONE[2:], 0)}


def test_an_unreadable_answer_is_a_sight(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, active=[dropped(GONE[0])], unknown=GONE[1:])
    row = maple.mirror(GONE[0])
    assert (row["present"], row["unread"], row["absent_run"]) == (True, True, None)


def test_who_is_marked_deleted_in_the_list_is_not_asked_for(maple):
    start(maple)
    run = missing_some(maple, school([*TEN[:9], user(GONE[3], deleted=True)]))
    assert phase(maple, run) == "mirrored"
    assert begun(maple) == {GONE[3]: 0}


@pytest.mark.parametrize("how", ["delta", "unsealed", "off", "csv"])
def test_nobody_is_asked_for_where_no_absence_counts_or_nobody_can_be_asked(maple, how):
    start(maple)
    if how == "off":
        maple.verify(False)
    if how == "csv":
        maple.admin.execute("UPDATE source SET kind = 'oneroster-csv', base_url = '', auth = 'none'")
        maple.admin.execute("ALTER TABLE run DISABLE TRIGGER ALL")
        maple.admin.execute("ALTER TABLE run_collection DISABLE TRIGGER ALL")
    roster = school(LEFT)
    run = maple.begin(tuple(roster), **({"kind": "delta"} if how == "delta" else {}))
    maple.fetch(run, roster, unsealed=("users",) if how == "unsealed" else ())
    maple.ready(run)
    assert phase(maple, run) == "mirrored"
    assert maple.one("SELECT count(*) FROM verify_person") == 0
    assert len(begun(maple)) == (0 if how in ("delta", "unsealed") else 4)


# ---- the end of the asking ----------------------------------------------------------------------------------------------------


def test_the_run_waits_for_answers_and_for_their_pages(maple):
    start(maple)
    run = missing_some(maple)
    maple.ready(run)
    assert phase(maple, run) == "verifying"
    pages = maple.pages(run, "verify", [AWAY[0]])
    maple.admin.execute("UPDATE verify_person SET answer = 'found' WHERE sourced_id = %s", [GONE[0]])
    maple.list_pages(run, "verify", pages)
    maple.ready(run)
    assert phase(maple, run) == "verifying"     # its page is on its way
    before = maple.said("snapshot.ready")
    maple.hand(maple.batch(run, "users", *pages[0]))
    assert maple.said("snapshot.ready") == before + 1
    maple.ready(run)
    assert phase(maple, run) == "mirrored"
    assert maple.mirror(GONE[0])["present"] and begun(maple) == {}


def test_a_page_of_answers_that_nobody_can_read_answers_nothing(maple):
    start(maple)
    run = missing_some(maple)
    pages = maple.pages(run, "verify", [AWAY[0]])
    maple.admin.execute("UPDATE verify_person SET answer = 'found' WHERE sourced_id = %s", [GONE[0]])
    maple.admin.execute("UPDATE verify_person SET answer = 'unknown' WHERE sourced_id = %s", [GONE[1]])
    maple.list_pages(run, "verify", pages)
    maple.admin.execute(
        "INSERT INTO dead_letter (district_id, run_id, page_id, collection, topic, partition, kafka_offset, origin_topic, origin_partition, "
        "origin_offset, stage, stage_version, error_class, error) VALUES (%s, %s, %s, 'users', 'd', 0, 0, 'p', 0, 0, 'normalizer', '1', 'x', 'x')",
        [maple.id, run, pages[0][0]])
    maple.ready(run)
    assert phase(maple, run) == "mirrored"
    assert begun(maple) == {GONE[1]: 0}


def test_after_an_hour_the_rest_is_unanswered(maple):
    start(maple)
    run = missing_some(maple)
    maple.admin.execute("UPDATE verify_person SET answer = 'unknown' WHERE sourced_id = %s", [GONE[0]])
    maple.admin.execute("UPDATE run SET verifying_at = now() - interval '61 minutes' WHERE run_id = %s", [run])
    maple.ready(run)
    assert phase(maple, run) == "mirrored"
    assert begun(maple) == {GONE[0]: 0}
    assert maple.one("SELECT state FROM lane WHERE run_id = %s AND collection = 'verify'", run) == "unsealed"


def test_a_lane_that_gives_up_parks_nobody_and_leaves_the_rest_unanswered(maple):
    start(maple)
    run = missing_some(maple)
    lane = maple.all("SELECT * FROM lane WHERE run_id = %s AND collection = 'verify'", run)[0]
    take = maple.one("SELECT take FROM lane_take(%s, 1, 0, 'somebody', 60000)", lane["lane_id"])
    assert maple.one("SELECT lane_fail(%s, %s, 'the source is away')", lane["lane_id"], take)
    assert maple.one("SELECT run_park(%s)", run) is False
    assert maple.said("dead.letter") == 0
    maple.ready(run)
    assert phase(maple, run) == "mirrored" and begun(maple) == {}


def test_a_run_that_lost_its_token_while_it_asked_goes_nowhere(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, unknown=GONE, end="")
    maple.admin.execute("UPDATE source SET active_run = NULL")
    maple.ready(run)
    assert phase(maple, run) == "verifying" and begun(maple) == {}


# ---- too many, and a source that does not answer ------------------------------------------------------------------------------


def test_of_too_many_a_sample_is_asked_and_the_countdown_moves_with_a_doubt(maple):
    crowd = people(1200)
    start(maple, school(crowd))
    run = missing_some(maple, school(crowd[:650]))
    asked, control = maple.asked(run)
    assert (len(asked), len(control)) == (20, 1)
    maple.answer(run, unknown=asked)
    assert maple.run_row(run)["unverified"] and not maple.run_row(run)["suspect"]
    assert len(begun(maple)) == 550
    assert maple.one("SELECT count(*) FROM mirror_record WHERE clean_run IS NOT NULL AND collection = 'users'") == 0
    assert maple.one("SELECT unverified FROM snapshot WHERE run_id = %s", run)
    finish(maple, run)
    # A later one completes it with the same doubt: what rests on it waits.
    run = missing_some(maple, school(crowd[:650]), days=3)
    maple.answer(run, unknown=maple.asked(run)[0])
    assert set(begun(maple).values()) == {1}


def test_someone_active_in_a_sample_makes_the_list_suspect(maple):
    crowd = people(1200)
    start(maple, school(crowd))
    run = missing_some(maple, school(crowd[:650]))
    asked, _ = maple.asked(run)
    alive = next(person for person in crowd if person["id"] == asked[0])
    maple.answer(run, active=[alive], unknown=asked[1:])
    assert maple.run_row(run)["suspect"]
    assert maple.mirror(asked[0])["present"] and len(begun(maple)) == 549


def test_a_source_that_finds_nobody_by_id_verifies_nothing(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, unknown=GONE, control="unknown")
    row = maple.run_row(run)
    assert row["unverified"] and row["counts"]["verify"]["deaf"]
    assert "verify=off" in maple.collection(run, "verify")["reason"]
    assert begun(maple) == dict.fromkeys(GONE, 0)
    assert maple.mirror(GONE[0])["clean_run"] is None
    finish(maple, run)
    # Once people can be asked for, or nobody is asked any more, the doubt clears by itself: two undoubted snapshots, D apart.
    maple.verify(False)
    for days, gone in ((3, 1), (3, 2)):
        run = missing_some(maple, days=days)
        finish(maple, run)
        assert set(begun(maple).values()) == {gone}


# ---- seals (L5) --------------------------------------------------------------------------------------------------------------


def test_every_pass_leaves_its_evidence(maple):
    maple.page_size = 2
    run = maple.begin()
    maple.admin.execute("SELECT pass_new(%s, 'users', 1, 'the source''s total moved')", [run])
    roster = school([*TEN[:6], TEN[0]])
    for collection in COLLECTIONS:
        number = 2 if collection == "users" else 1
        pages = maple.pages(run, collection, roster[collection], number)
        for page, records in pages:
            maple.hand(maple.batch(run, collection, page, records, pass_=number))
        maple.list_pages(run, collection, pages, total={"users": 6}.get(collection))
    maple.ready(run)
    seals = {(row["collection"], row["pass"]): row for row in maple.all("SELECT * FROM seal WHERE run_id = %s", run)}
    assert len(seals) == 7
    old, new = seals["users", 1], seals["users", 2]
    assert (old["sealed"], old["reason"], old["ids"], old["pages"]) == (False, "the source's total moved", None, 0)
    assert (new["sealed"], new["pages"], new["records"], new["ids"], new["total_first"]) == (True, 4, 7, 6, 6)
    assert seals["orgs", 1]["records"] == seals["orgs", 1]["ids"] == 1


def test_an_unsealed_collection_says_why_and_creates_all_the_same(maple):
    run = maple.sync(school(LEFT), unsealed=("users",))
    seal = maple.all("SELECT * FROM seal WHERE run_id = %s AND collection = 'users'", run)[0]
    assert (seal["sealed"], seal["reason"], seal["ids"]) == (False, "the source stopped", 6)
    assert maple.mirror("p0000")["present"]


def test_the_evidence_of_verifying_is_a_seal_too(maple):
    start(maple)
    run = missing_some(maple)
    maple.answer(run, active=[AWAY[0]], unknown=GONE[1:])
    seal = maple.all("SELECT * FROM seal WHERE run_id = %s AND collection = 'verify'", run)[0]
    assert (seal["sealed"], seal["records"], seal["ids"], seal["reason"]) == (True, 1, 1, None)


# ---- deltas (C5) -------------------------------------------------------------------------------------------------------------


def cursors(maple):
    return {row["collection"]: row for row in maple.all("SELECT * FROM source_cursor")}


def test_the_cursor_moves_with_the_mirror_and_only_where_all_was_read(maple):
    run = maple.begin()
    began = maple.run_row(run)["started_at"]
    maple.fetch(run, school(TEN), unsealed=("enrollments",))
    assert cursors(maple) == {}
    maple.ready(run)
    assert set(cursors(maple)) == set(COLLECTIONS) - {"enrollments"}
    assert {row["read_to"] for row in cursors(maple).values()} == {began}


def test_a_delta_begins_a_countdown_by_a_mark_alone_and_absence_ends_nothing(maple):
    maple.sync(school(TEN))
    run = maple.begin(kind="delta")
    maple.admin.execute("UPDATE run_collection SET mode = 'delta', since = now() - interval '2 days', before = now() WHERE run_id = %s", [run])
    maple.fetch(run, school([user("p0000", deleted=True, modified="2026-09-02T00:00:00Z"), user("p0001", givenName="Eva", modified="2099-01-01T00:00:00Z")]))
    maple.ready(run)
    assert begun(maple) == {"p0000": 0}
    assert maple.mirror("p0001")["body"]["givenName"] == "Eva"
    assert maple.one("SELECT sealed FROM snapshot WHERE run_id = %s", run) == []


def test_a_source_that_ignores_the_filter_is_named(maple):
    maple.sync(school(TEN))
    run = maple.begin(kind="delta")
    maple.admin.execute("UPDATE run_collection SET mode = 'delta', since = '2026-08-01', before = now() WHERE run_id = %s", [run])
    maple.fetch(run, school(TEN))
    maple.ready(run)
    assert phase(maple, run) == "mirrored"
    finding = maple.findings(run, "users.filter.ignored")[0]
    assert finding["message"].startswith("10 records came that did not change")


def test_a_full_run_tells_of_changes_under_old_dates_where_deltas_rest_on_them(maple):
    maple.sync(school(TEN))
    changed = school([user("p0000", givenName="Eva"), *TEN[1:]])
    maple.admin.execute("UPDATE source SET delta = true")
    run = maple.sync(changed)
    finding = maple.findings(run, "users.dateLastModified.stale")[0]
    assert finding["message"].startswith("1 records have changed under an old dateLastModified")
    assert maple.findings(maple.sync(changed), "users.dateLastModified.stale") == []


def test_what_was_not_read_since_its_revision_stood_proves_no_absence(maple):
    maple.sync(school(TEN))
    run = maple.begin()
    maple.fetch(run, {name: [] for name in COLLECTIONS})
    maple.admin.execute("UPDATE run_collection SET mode = 'delta', unchanged = true WHERE run_id = %s", [run])
    maple.ready(run)
    assert phase(maple, run) == "mirrored" and begun(maple) == {}
    assert maple.one("SELECT sealed FROM snapshot WHERE run_id = %s", run) == []


def test_records_come_and_go_beside_each_other(maple):
    """A whole day: new, changed, asked for; nothing is counted twice."""
    start(maple)
    run = missing_some(maple, school([user("p0000", givenName="Eva"), *TEN[1:6], user("new")], orgs=[record("s1", name="School", type="school")]))
    maple.answer(run, active=[AWAY[0]], unknown=GONE[1:])
    counts = maple.run_row(run)["counts"]["collections"]["users"]
    assert (counts["new"], counts["changed"], counts["absent"], counts["received"]) == (1, 1, 3, 7)
