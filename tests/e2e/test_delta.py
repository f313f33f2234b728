"""Deltas and questions by id through the whole pipeline, between a pretend SIS that answers filters honestly, ignores them or lies, and the
owner's mail. Each change is made by hand, under the date of its own day."""

import datetime
from dataclasses import replace

import pytest
from support.messages import validate_records
from support.twin import Twin

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module", name="stack")
def _stack(module_stack):
    """One system for all; each test has districts of its own. What a source does not answer is given up soon."""
    module_stack.worker("fetcher", ROLLCALL_FETCH_RETRY_BASE="20ms", ROLLCALL_FETCH_RETRY_CAP="200ms")
    return module_stack.start()


def stamp(hours):
    return (NOW - datetime.timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def written(world, hours, ids=(), without=(), **fields):
    """The world with everything dated so long ago; or only these people changed then. `without` people are no longer there."""
    def one(name, record):
        if not ids:
            return {**record, "dateLastModified": stamp(hours)}
        return {**record, **fields, "dateLastModified": stamp(hours)} if name == "users" and record["sourcedId"] in ids else record
    gone = {"users": lambda record: record["sourcedId"] in without, "demographics": lambda record: record["sourcedId"] in without,
            "enrollments": lambda record: record["user"]["sourcedId"] in without}
    return replace(world, collections={
        name: [one(name, record) for record in records if not gone.get(name, lambda record: False)(record)]
        for name, records in world.collections.items()})


class Place(Twin):
    """A twin whose roster was last written long ago, synced once."""

    def __init__(self, stack, slug, **source):
        super().__init__(stack, slug, seed=11, source=source, students=30, schools=1)
        self.put(written(self.world, hours=1000))
        assert self.district.state_of(self.district.first_sync()).startswith("Completed")
        self.today()
        self.check()

    def put(self, world):
        self.world = world
        self.district.show(world)

    def change(self, *ids, hours=0.02, **fields):
        self.put(written(self.world, hours, ids, **fields))

    def students(self):
        """Those whom nobody else is joined with, in the order of ids."""
        return sorted(user["sourcedId"] for user in self.world.users_of("student"))

    def sync(self, mode="full"):
        run = self.district.json("run", "start", "--mode", mode)["run"]
        self.district.wait_for_run(run)
        return run

    def row(self, run, *columns):
        return self.stack.sql(f"SELECT {', '.join(columns)} FROM run WHERE run_id = %s", [run])[0]

    def received(self, run):
        return {name: counts["received"] for name, counts in self.counts(run)["collections"].items()}

    def rules(self, run):
        return {rule for rule, in self.stack.sql("SELECT rule FROM finding WHERE run_id = %s", [run])}

    def name_of(self, sourced_id):
        return self.stack.sql("SELECT body ->> 'familyName' FROM mirror_record WHERE district_id = %s AND collection = 'users' AND sourced_id = %s",
                              [self.district.id, sourced_id])[0][0]

    def set(self, *words):
        self.district.run("source", "set", *words).ok()


def test_a_delta_brings_what_changed_whatever_the_source_does_with_filters(stack):
    place = Place(stack, "rowan-county")
    ann, ben, cyn, dan, eve, *_ = place.students()
    assert "deltas are off" in place.district.run("run", "start", "--mode", "delta").ok(1).err
    place.set("delta=on", "full-every-days=3")

    # Honest: changes alone come, and who is not among them is no absence.
    place.change(ann, familyName="Changed")
    run = place.sync("delta")
    assert place.row(run, "state", "kind") == ("Completed", "delta")
    assert place.received(run) == {"orgs": 0, "academicSessions": 0, "courses": 0, "classes": 0, "users": 1, "enrollments": 0}
    assert stack.sql("SELECT sealed FROM snapshot WHERE run_id = %s", [run]) == [([],)]
    place.today()
    place.check()
    seals = place.district.json("run", "show", run, "--seals")["seals"]
    assert [(row["collection"], row["mode"], row["records"], row["ids"], row["state"]) for row in seals if row["collection"] == "users"] == [
        ("users", "delta", 1, 1, "sealed")]

    # Ignored: everything comes, which is said, and still proves no absence.
    place.stack.sis.fault(place.district.slug, "ignore-filter")
    place.put(written(place.world, 0.02, (ben,), without=(cyn,), familyName="Too"))
    run = place.sync("delta")
    assert place.row(run, "state", "kind") == ("Completed with warnings", "delta")
    assert "users.filter.ignored" in place.rules(run)
    assert place.name_of(ben) == "Too"
    assert place.counts(run)["collections"]["users"]["absent"] == 0
    stack.sis.clear(place.district.slug)

    # A lie: the filter shows nothing. What it hid comes with the next full run, and who has left begins a countdown only then.
    stack.sis.fault(place.district.slug, "blind-filter")
    place.change(dan, familyName="Hidden")
    run = place.sync("delta")
    assert (place.row(run, "state")[0], place.received(run)["users"]) == ("Completed", 0)
    run = place.sync()
    assert place.row(run, "kind") == ("full",)
    assert place.name_of(dan) == "Hidden"
    assert place.counts(run)["collections"]["users"]["absent"] == 1
    stack.sis.clear(place.district.slug)

    # Changes under an old date are what a delta cannot see: a full run says so.
    place.change(eve, hours=900, familyName="Backdated")
    place.sync("delta")
    assert place.name_of(eve) != "Backdated"
    assert "users.dateLastModified.stale" in place.rules(place.sync())
    assert place.name_of(eve) == "Backdated"


def test_what_a_delta_brought_and_a_person_discarded_is_proposed_again(stack):
    place = Place(stack, "linden-county")
    ann = place.students()[0]
    place.set("delta=on")
    place.district.run("settings", "set", "approval=always").ok()
    place.change(ann, familyName="Held")
    run = place.sync("delta")
    assert place.row(run, "state") == ("On hold",)
    place.district.run("plan", "discard", "--yes", "--reason", "not now").ok()
    # Not even the overlap brings the record again: the next window lies wholly behind it.
    stack.sql("UPDATE source_cursor SET read_to = now() + interval '3 days' WHERE district_id = %s", [place.district.id])
    again = place.sync("delta")
    assert (place.row(again, "state", "kind"), place.received(again)["users"]) == (("On hold", "delta"), 0)
    place.district.approve()
    place.district.wait_for_run(again, "Completed", "Completed with warnings")
    place.today()
    place.check()


def test_the_night_chooses_a_delta_and_a_full_run_when_one_is_due(stack):
    place = Place(stack, "aspen-county")
    place.set("delta=on", "automatic=on")

    def night():
        known = {run for run, in stack.sql("SELECT run_id FROM run WHERE district_id = %s", [place.district.id])}
        stack.sql("UPDATE source SET next_due_at = now() WHERE district_id = %s", [place.district.id])
        new = stack.wait(lambda: [run for run, in stack.sql("SELECT run_id FROM run WHERE district_id = %s", [place.district.id]) if run not in known],
                         "the night's run is there")[0]
        place.district.wait_for_run(new)
        return place.row(new, "kind", "requested_by")

    assert night() == ("delta", "schedule")
    stack.sql("UPDATE snapshot SET taken_on = taken_on - 7 WHERE district_id = %s", [place.district.id])
    assert night() == ("full", "schedule")


def test_missing_people_are_asked_for_by_id_and_each_answer_is_a_cause_of_its_own(stack):
    place = Place(stack, "hazel-county")
    students = place.students()
    gone, marked, hidden, *_ = students
    slug = place.district.slug
    place.put(written(place.world, 0.02, without=(gone,)))
    for sid in (marked, hidden):
        stack.sis.fault(slug, "list-lacks", collection="users", record={"id": sid}, single=False)
    stack.sis.fault(slug, "tobedeleted", collection="users", record={"id": marked}, single=True)

    mails = len(stack.mail.taken())
    run = place.sync()
    assert place.row(run, "state") == ("Completed with warnings",)
    assert place.counts(run)["verify"] == {
        "asked": 3, "unknown": 1, "deleted": 1, "active": 1, "unanswered": 0, "sample": False, "deaf": False}
    absent = "SELECT sourced_id, marked_deleted FROM mirror_record WHERE district_id = %s AND collection = 'users' AND NOT present"
    assert set(stack.sql(absent, [place.district.id])) == {(gone, False), (marked, True)}
    assert "users.list.incomplete" in place.rules(run)
    assert {name for path in stack.sis.log(slug) if path["resource"] == "users" for name in (gone, marked, hidden)
            if path["path"].endswith(f"/{name}")} == {gone, marked, hidden}
    verify = place.district.json("run", "show", run, "--seals")["seals"][-1]
    assert (verify["collection"], verify["records"], verify["ids"], verify["state"]) == ("verify", 2, 2, "sealed")

    def told():
        texts = [" ".join(mail.part("plain").split()) for mail in stack.mail.taken()[mails:]]     # of other districts some may come late
        return [text for text in texts if "MISSING FROM YOUR SIS'S LIST" in text and "asked for 3 people missing from its list, one by one" in text]
    stack.wait(told, "the mail tells of them")

    # The second snapshot completes the countdown of those alone who are gone; without an answer it would not.
    number = stack.sis.fault(slug, "error-503", collection="users", single=True)
    unanswered = place.sync()
    assert place.row(unanswered, "state") == ("Completed with warnings",)
    assert place.counts(unanswered)["verify"]["unanswered"] == 3
    done = "SELECT count(*) FROM mirror_record WHERE district_id = %s AND collection = 'users' AND gone > 0"
    assert stack.sql(done, [place.district.id]) == [(0,)]
    stack.sis.clear(slug, number)
    place.sync()
    assert stack.sql(done, [place.district.id]) == [(2,)]
    archived = {sid for sid, in stack.sql(
        "SELECT l.sourced_id FROM account a JOIN account_link l USING (district_id, account_id) WHERE a.district_id = %s AND a.status = 'archived'",
        [place.district.id])}
    assert archived & set(students) == {gone, marked}


def test_every_message_about_these_districts_is_as_its_schema_says(stack):
    topics = [topic for topic in stack.kafka.topics() if topic.startswith("rollcall.")]
    assert sum(validate_records(stack.kafka.records(topic), stack.opened) for topic in topics) > 50
