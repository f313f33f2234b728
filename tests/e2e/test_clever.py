"""Districts that share their rosters through Clever: from the waiting for approval to the days that follow, beside a pretend Clever."""

import pytest
from sis import clever, clever_world
from support.stack import DONE, SETTINGS, District
from support.twin import OWNERS_CHOICE


class CleverDistrict(District):
    """A district whose source is the pretend Clever's."""

    def __init__(self, stack, slug, server, shared, by_list=True, **source):
        """Its token is found on the list, or given by hand."""
        super().__init__(stack, slug)
        self.server, self.shared = server, shared
        stack.cli.run("district", "create", slug, "--name", slug.title(), "--time-zone", "UTC").ok()
        self.run("member", "add", "--email", self.owner, "--role", "owner").ok()
        words = [word for name, value in source.items() for word in (f"--{name.replace('_', '-')}", value)]
        words += ["--client-id", clever.CLIENT] if by_list else []
        self.run("source", "add", "--kind", "clever", "--clever-district", shared.id, "--url", server.url, "--token-url", server.token_url,
                 "--client-secret-stdin", *words, stdin=(clever.SECRET if by_list else shared.token) + "\n").ok()
        values = {**SETTINGS, **OWNERS_CHOICE, "schools": "North, South"}
        self.run("settings", "set", "--yes", *(f"{name}={value}" for name, value in values.items())).ok()

    def source(self):
        return self.json("source", "show")

    def last_run(self):
        return self.stack.sql("SELECT run_id::text FROM run WHERE district_id = %s ORDER BY requested_at DESC LIMIT 1", [self.id])[0][0]

    def fails(self):
        """A run that ends Failed; the words."""
        run_id = self.start_run()
        self.wait_for_run(run_id, "Failed")
        return self.stack.sql("SELECT failure FROM run WHERE run_id = %s", [run_id])[0][0]

    def follows(self):
        """A run that was asked for to follow the feed, to its end."""
        with self.stack.connect() as connection:
            connection.execute("SELECT set_config('rollcall.district', %s, false)", [str(self.id)])
            run_id = str(connection.execute("SELECT run_request(source_id, 'events', false, '', 'delta') FROM source WHERE district_id = %s",
                                            [self.id]).fetchone()[0])
        self.wait_for_run(run_id, *DONE)
        return run_id

    def kind_of(self, run_id):
        return self.stack.sql("SELECT kind FROM run WHERE run_id = %s", [run_id])[0][0]

    def findings(self, run_id):
        return set(self.stack.sql("SELECT rule, message FROM finding WHERE run_id = %s", [run_id]))

    # --- what the directory holds ----------------------------------------------------------------------

    def people(self, status="active"):
        rows = self.stack.sql(
            "SELECT l.sourced_id, a.given_name, a.family_name, a.email, array(SELECT DISTINCT r.role FROM account_role r"
            " WHERE r.account_id = a.account_id AND r.ended_on IS NULL ORDER BY 1) FROM account a JOIN account_link l USING (district_id, account_id)"
            " WHERE a.district_id = %s AND a.status = %s", [self.id, status])
        return {row[0]: (row[1], row[2], row[3], tuple(row[4])) for row in rows}

    def guardianships(self):
        return set(self.stack.sql(
            "SELECT g.sourced_id, s.sourced_id FROM guardianship h JOIN account_link g ON g.account_id = h.guardian_id"
            " JOIN account_link s ON s.account_id = h.student_id WHERE h.district_id = %s AND h.ended_on IS NULL", [self.id]))

    def memberships(self):
        return set(self.stack.sql(
            "SELECT u.class_id, l.sourced_id, m.role FROM membership m JOIN user_list u USING (district_id, list_id)"
            " JOIN account_link l USING (district_id, account_id) WHERE m.district_id = %s AND m.ended_on IS NULL", [self.id]))

    def check(self, world):
        """The directory holds exactly what Clever shows."""
        assert self.people() == clever_world.expected_people(world)
        assert self.guardianships() == clever_world.expected_guardianships(world)
        assert self.memberships() == clever_world.expected_memberships(world)


@pytest.fixture(scope="module", name="stack")
def _stack(module_stack):
    """One system for all; a run that waits is asked for again every second or so."""
    module_stack.worker("fetcher", ROLLCALL_FETCH_LEASE="2s", ROLLCALL_STAGE_SESSION_TIMEOUT="3s")
    module_stack.worker("scheduler", ROLLCALL_SCHEDULER_AGAIN_AFTER="1s", ROLLCALL_SCHEDULER_SWEEP_EVERY="500ms")
    return module_stack.start()


@pytest.fixture(name="server")
def _server():
    with clever.running() as server:
        yield server


def test_a_district_of_clever_from_approval_through_its_days(stack, server):
    day_1 = clever_world.make()
    shared = server.add(day_1)
    shared.listed = False
    district = CleverDistrict(stack, "maple-county", server, shared, page_size="5")

    # Waiting for approval: the run stays Scheduled, Clever's list is asked again, the owner is told once.
    run_id = district.start_run()
    stack.wait(lambda: district.source()["clever_state"] == "waiting", "the district is waited for")
    stack.wait(lambda: server.requests["/oauth/tokens"] >= 2, "the list is asked again")
    assert district.state_of(run_id) == "Scheduled"
    shared.listed = True
    server.fail("/v3.1/users", 502)     # in passing
    district.wait_for_run(run_id, "On hold")
    assert district.source()["clever_state"] == "connected"
    alerts = stack.sql("SELECT kind FROM alert WHERE district_id = %s ORDER BY at", [district.id])
    assert alerts == [("clever.waiting",), ("clever.connected",)]

    district.approve()
    district.wait_for_run(run_id, *DONE)
    assert district.state_of(run_id) == "Completed with warnings"   # the hidden student, whom a section names
    assert {rule for rule, _ in district.findings(run_id)} == {"enrollments.user.dangling"}
    district.check(day_1)

    # Nobody is asked for role by role; pages go on where the last one ended; each query is our own.
    asked = [query for path, query in server.queries if path == "/v3.1/users"]
    assert all(set(query) <= {"limit", "starting_after"} for query in asked)
    assert len(asked) > 4

    # The next day by a whole pull, twice for the leaver, and a token that was rotated between.
    day_2 = clever_world.next_day(day_1)
    shared.show(day_2)
    shared.token = "token-2"
    for _ in range(2):
        run_id = district.sync()
        assert district.state_of(run_id) in DONE
        assert district.kind_of(run_id) == "full"
    district.check(day_2)
    gone = {user["id"] for user in day_1["users"]} - {user["id"] for user in day_2["users"]}
    assert set(district.people("archived")) == gone


def test_the_feed_is_followed_between_whole_pulls(stack, server):
    day_1 = clever_world.make(start=2)
    shared = server.add(day_1, token="feed-token")
    shared.show({**day_1, "courses": [{**day_1["courses"][0], "name": "Maths"}]})   # an event from before the first pull
    day_1 = shared.world
    district = CleverDistrict(stack, "cedar-county", server, shared, by_list=False, page_size="4")
    # A fetcher that is killed in mid-lane costs the page in hand: another goes on behind the last one that was acknowledged.
    came, go_on = server.hold("/v3.1/users", 3)
    run_id = district.start_run()
    assert came.wait(180)

    def begun():
        return [path for path, query in server.queries if "starting_after" not in query].count("/v3.1/users")
    before = begun()    # one, and more where a busy machine lost its lease over it
    stack["fetcher"].restart()
    go_on.set()
    district.wait_for_run(run_id, "On hold")
    assert begun() == before
    district.approve()
    district.wait_for_run(run_id, *DONE)
    assert district.kind_of(run_id) == "full"
    district.check(day_1)

    day_2 = clever_world.next_day(day_1)
    shared.show(day_2)
    server.requests.clear()
    run_id = district.follows()
    assert district.kind_of(run_id) == "delta"
    assert not any(server.requests[f"/v3.1/{kind}"] for kind in clever.KINDS)
    people, due = district.people(), clever_world.expected_people(day_2)
    assert {key: people.get(key) for key in due} == due
    assert district.memberships() >= clever_world.expected_memberships(day_2)
    assert not district.people("archived")      # nobody goes by the feed alone

    assert server.requests["/oauth/tokens"] == 0

    # A quiet feed is whole; then one whole pull that lacks the leaver too completes what the feed began.
    quiet = district.follows()
    assert stack.sql("SELECT kind, counts -> 'applied' FROM run WHERE run_id = %s", [quiet]) == [("delta", {})]
    assert stack.sql("SELECT DISTINCT sealed, reason FROM run_collection WHERE run_id = %s", [quiet]) == [(True, None)]
    assert district.kind_of(district.sync()) == "full"
    district.check(day_2)
    assert set(district.people("archived")) == {user["id"] for user in day_1["users"]} - {user["id"] for user in day_2["users"]}

    # The scheduler asks for it by the clock; where the feed does not know the event any more, everything is pulled.
    shared.events = shared.events[-1:]
    shared.show(clever_world.next_day(day_2, 4))
    shared.events = shared.events[1:]
    district.run("source", "set", "automatic=on", "events-every=5").ok()
    stack.sql("UPDATE clever_source SET asked_at = now() - interval '6 minutes' WHERE district_id = %s RETURNING 1", [district.id])
    asked = "SELECT run_id::text FROM run WHERE district_id = %s AND requested_by = 'events' AND requested_at > (SELECT max(requested_at) FROM run" \
            " WHERE district_id = %s AND requested_by <> 'events')"
    run_id = stack.wait(lambda: stack.sql(asked, [district.id, district.id]), "the feed is due")[0][0]
    district.wait_for_run(run_id)
    assert district.kind_of(run_id) == "full"


def test_what_clever_does_not_show_is_said_and_nobody_is_lost(stack, server):
    world = clever_world.make(start=3)
    shared = server.add(world, token="birch-token")
    district = CleverDistrict(stack, "birch-county", server, shared)
    district.first_sync()
    everybody = district.people()

    # Paused, and without a section: both are said, nobody begins to go.
    world["districts"][0]["state"] = "paused"
    shared.hidden = {section["id"] for section in world["sections"]}
    server.open_window(limit=4, seconds=2)
    for _ in range(2):
        run_id = district.sync()
        assert district.state_of(run_id) == "Completed with warnings"
        said = dict(district.findings(run_id))
        assert "stands still since 2026-08-02" in said["clever.paused"]
        assert "Clever shows no section of this district" in said["classes.not-read"]
        assert "share its schools or sections" in said["enrollments.not-read"]
    assert stack.sql("SELECT collection FROM run_collection WHERE run_id = %s AND sealed IS NOT TRUE ORDER BY 1", [run_id]) == [
        ("classes",), ("enrollments",)]
    assert district.people() == everybody
    assert district.memberships() == clever_world.expected_memberships(world)

    # A chosen school that is not shared is named.
    world["districts"][0]["state"] = "running"
    shared.hidden = {school["id"] for school in world["schools"] if school["name"] == "South"}
    said = dict(district.findings(district.sync()))
    assert 'the chosen school "South" is not among those that Clever shows' in said["orgs.not-shared"]
    shared.hidden = set()

    # A district that left the list: told, and nothing changes; it may come back.
    shared.listed = False
    assert "does not list this district for our application any more" in district.fails()
    assert (district.source()["clever_state"], district.people()) == ("vanished", everybody)
    server.districts.clear()    # an empty list is no other matter
    assert "any more" in district.fails()
    server.districts.append(shared)
    shared.listed = True
    district.sync()
    assert (district.source()["clever_state"], district.people()) == ("connected", everybody)

    # A wrong secret is a person's to mend: said at once.
    district.run("source", "set", "--client-secret-stdin", stdin="another\n").ok()
    assert "refused the key or secret" in district.fails()
