"""Districts whose roster comes as CSV zips, through the whole pipeline, beside the independent model of tests/sis."""

import pytest
from sis.version_12 import PASSWORD, dice
from support.csv_twin import CsvTwin
from support.messages import validate_records
from support.twin import Twin

ALL_OF_12 = {"version": "1.2", "demographics": True, "resources": True}
VERSIONS = pytest.mark.parametrize("source", [{}, ALL_OF_12], ids=["1.1", "1.2"])


@pytest.fixture(scope="module", name="stack")
def _stack(module_stack):
    """One system for all; each test has districts of its own."""
    return module_stack.start()


@VERSIONS
def test_days_of_bulk_zips_end_as_the_model_says(stack, source):
    twin = CsvTwin(stack, f"maple-{len(source)}", seed=1, students=60, schools=2, source=source)
    assert twin.district.state_of(twin.bring()) == "Completed"
    twin.today()
    twin.check()

    twin.next_day(2, changed=0.03, leave=4, return_=0, new=3)
    for day in (3, 4):
        twin.bring()
        twin.today()
        twin.check()
        twin.next_day(day, changed=0.02, leave=1, return_=2)
    for _ in range(2):
        twin.bring()
        twin.today()
        twin.check()

    quiet = twin.bring()
    assert twin.counts(quiet)["applied"] == {}
    twin.check()
    assert sum(validate_records(stack.kafka.records(topic), stack.opened) for topic in stack.kafka.topics() if topic.startswith("rollcall.")) > 50


@VERSIONS
def test_a_delta_brings_changes_and_never_an_absence(stack, source):
    twin = CsvTwin(stack, f"cedar-{len(source)}", seed=4, students=60, schools=2, source=source)
    twin.bring()
    twin.today()

    twin.next_day(2, changed=0.05, leave=3, return_=0, new=2)
    run = twin.bring(delta=True)
    assert stack.sql("SELECT kind FROM run WHERE run_id = %s", [run]) == [("delta",)]
    assert stack.sql("SELECT count(*) FROM snapshot WHERE run_id = %s AND sealed <> '{}'", [run]) == [(0,)]
    twin.today()
    twin.check()

    empty = twin.bring(delta=True)
    assert twin.district.state_of(empty) == "Completed"
    assert twin.counts(empty)["applied"] == {}

    twin.bring()
    twin.today()
    twin.check()


def asked(stack, of):
    """What fetchers counted of sources of a kind: requests that were answered, bytes, and durations."""
    found = stack["fetcher"].admin.metrics()
    kind = f'kind="{of}"'
    return [found.get(name, 0) for name in (f'rollcall_fetch_requests_total{{{kind},code_class="2xx"}}', f"rollcall_fetch_bytes_total{{{kind}}}",
                                            f"rollcall_fetch_duration_seconds_count{{{kind}}}")]


def test_what_is_read_is_counted_under_its_kind_of_source(stack):
    zips = CsvTwin(stack, "willow-county", seed=5, students=20, schools=1)
    rest = Twin(stack, "alder-county", seed=5, students=20, schools=1)
    before = {kind: asked(stack, kind) for kind in ("oneroster-csv", "oneroster-rest")}
    zips.bring()
    uploads = asked(stack, "oneroster-csv")
    assert all(now > then for now, then in zip(uploads, before["oneroster-csv"], strict=True))
    assert asked(stack, "oneroster-rest") == before["oneroster-rest"]
    rest.district.first_sync()
    assert all(now > then for now, then in zip(asked(stack, "oneroster-rest"), before["oneroster-rest"], strict=True))
    assert asked(stack, "oneroster-csv") == uploads


def test_zips_of_1_2_give_the_same_records_as_rest_of_1_2(stack):
    zips = CsvTwin(stack, "elm-county", seed=3, students=40, schools=1, source=ALL_OF_12)
    rest = Twin(stack, "birch-county", seed=3, students=40, schools=1, source=ALL_OF_12)
    zips.bring()
    rest.district.first_sync()
    bodies = [{(name, sid): body for name, sid, body in stack.sql(
        "SELECT collection, sourced_id, body FROM mirror_record WHERE district_id = %s", [twin.district.id])} for twin in (zips, rest)]
    assert bodies[0].keys() == bodies[1].keys()
    # Users whom the pretend SIS shows in 1.1's shape have no kind of role there; files of 1.2 always have one.
    mixed = {key for key in bodies[0] if key[0] == "users" and dice(key[1], "shape") % 30 == 5}
    assert {key for key in bodies[0] if bodies[0][key] != bodies[1][key]} <= mixed
    assert PASSWORD not in str(bodies)


def test_a_mixed_zip_counts_absences_in_its_bulk_files_alone(stack):
    twin = CsvTwin(stack, "ash-county", seed=5, students=40, schools=1)
    twin.bring()
    people = len(twin.world["users"])
    twin.next_day(2, changed=0, leave=3, return_=0, new=0)
    assert len(twin.world["users"]) < people
    files = twin.files()
    files["manifest.csv"] = files["manifest.csv"].replace("file.users,bulk", "file.users,delta")
    run = twin.district.bring(files)
    assert stack.sql("SELECT mode FROM run_collection WHERE run_id = %s AND collection = 'users'", [run]) == [("delta",)]
    counts = twin.counts(run)["collections"]
    assert (counts["users"]["absent"], counts["enrollments"]["absent"] > 0) == (0, True)


def test_an_upload_from_standard_input_waits_for_a_run_that_is_asked_for(stack):
    twin = CsvTwin(stack, "oak-county", seed=6, students=20, schools=1)
    assert "no upload" in stack.sql("SELECT failure FROM run WHERE run_id = %s", [twin.district.sync()])[0][0]

    twin.district.pipe(twin.files(), "--no-run")
    listed = twin.district.json("upload", "list")
    assert [(row["state"], row["name"]) for row in listed] == [("waiting", "stdin")]
    run = twin.district.first_sync()
    assert twin.district.json("upload", "show")["used_run"] == run
    assert twin.district.json("upload", "list")[0]["state"] == "read"


def test_an_upload_that_was_read_before_says_nothing_new_about_who_is_gone(stack):
    twin = CsvTwin(stack, "pine-county", seed=7, students=30, schools=1)
    twin.bring()
    twin.today()
    twin.next_day(2, changed=0, leave=3, return_=0, new=0)
    twin.bring()        # its absences begin
    again = twin.district.sync()    # the same upload: they do not complete
    assert twin.district.state_of(again) == "Completed with warnings"
    assert twin.counts(again)["applied"] == {}
    reasons = {reason for reason, in stack.sql("SELECT reason FROM run_collection WHERE run_id = %s", [again])}
    assert reasons == {"this upload was read before: it says nothing new about who is gone; upload a new one"}


def await_runs(twin, *states):
    """Until none of the district's runs is in one of the states."""
    left = "SELECT count(*) FROM run WHERE district_id = %s AND state = ANY(%s)"
    twin.stack.wait(lambda: twin.stack.sql(left, [twin.district.id, list(states)]) == [(0,)], f"no run is {' or '.join(states)}", 120)


def test_deltas_are_read_in_their_order_and_of_whole_zips_only_the_last(stack):
    twin = CsvTwin(stack, "fir-county", seed=8, students=30, schools=1)
    first = twin.files()
    twin.brought = twin.shown()
    deltas = []
    for day in (2, 3):
        twin.next_day(day, changed=0.1, leave=0, return_=0, new=1)
        deltas.append(twin.files(delta=True))
        twin.brought = twin.shown()
    for files in (first, first, *deltas):
        twin.district.upload(files, "--no-run").ok()
    # Each run that ends asks for the next upload's, and each plan takes over the one before: approved is the last.
    twin.district.start_run()
    left = "SELECT count(*) FROM upload WHERE district_id = %s AND used_at IS NULL AND superseded_at IS NULL"
    stack.wait(lambda: stack.sql(left, [twin.district.id]) == [(0,)], "each upload is read or superseded", 120)
    await_runs(twin, "Scheduled", "Running")
    assert [row["state"] for row in twin.district.json("upload", "list")] == ["read", "read", "read", "superseded"]
    twin.district.approve()
    await_runs(twin, "On hold")
    twin.today()
    twin.check()


def test_nothing_of_an_upload_lies_readable_in_the_database(stack):
    twin = CsvTwin(stack, "yew-county", seed=9, students=20, schools=1)
    twin.district.upload(twin.files(), "--no-run").ok()
    name = twin.world["users"][0]["familyName"].encode()
    assert name in twin.files()["users.csv"].encode()
    bodies = stack.sql("SELECT sealed FROM upload_body WHERE district_id = %s", [twin.district.id])
    assert len(bodies) >= 6
    for sealed, in bodies:
        assert name not in bytes(sealed)
    upload = twin.district.json("upload", "list")[0]["upload"]
    twin.district.run("upload", "discard", upload, "--yes").ok()
    assert pages_of(twin) == (0, 0)


def pages_of(twin):
    """How many pages the district's uploads have, and how many lie here."""
    return tuple(twin.stack.sql(f"SELECT count(*) FROM {table} WHERE district_id = %s", [twin.district.id])[0][0] for table in ("upload_chunk", "upload_body"))


def test_a_page_that_two_zips_bring_lies_here_once_and_as_long_as_one_needs_it(stack):
    twin = CsvTwin(stack, "hazel-county", seed=10, students=20, schools=1)
    twin.bring()
    pages, bodies = pages_of(twin)
    assert pages == bodies
    first = twin.district.json("upload", "list")[0]["upload"]

    twin.bring()
    assert pages_of(twin) == (2 * pages, bodies)
    twin.district.run("upload", "discard", first, "--yes").ok()
    assert pages_of(twin) == (pages, bodies)
    again = twin.district.sync()    # the second can be read again, whole
    assert (twin.district.state_of(again), twin.counts(again)["applied"]) == ("Completed with warnings", {})

    twin.district.run("key", "rotate").ok()
    twin.bring()    # under the new key nothing is the same, so that the old one can be retired
    assert pages_of(twin) == (2 * pages, 2 * bodies)

    # Retention takes the pages of an upload that a later one followed, and what no other upload refers to with them.
    stack.sql("UPDATE upload SET used_at = now() - interval '60 days' WHERE district_id = %s AND used_run <> %s",
              [twin.district.id, twin.district.json("upload", "list")[0]["used_run"]])
    for _ in range(2):
        twin.district.run("purge", "run", "--yes").ok()
    assert pages_of(twin) == (pages, bodies)


def test_every_message_about_these_districts_is_as_its_schema_says(stack):
    topics = [topic for topic in stack.kafka.topics() if topic.startswith("rollcall.")]
    assert sum(validate_records(stack.kafka.records(topic), stack.opened) for topic in topics) > 50
