"""Districts that share their rosters through Clever: from the waiting for approval to the days that follow, beside a pretend Clever."""

import pytest
from sis import clever, clever_world
from support.stack import DONE, SETTINGS, District
from support.twin import OWNERS_CHOICE


class CleverDistrict(District):
    """A district whose source is the pretend Clever's."""

    def __init__(self, stack, slug, server, shared, **source):
        super().__init__(stack, slug)
        self.server, self.shared = server, shared
        stack.cli.run("district", "create", slug, "--name", slug.title(), "--time-zone", "UTC").ok()
        self.run("member", "add", "--email", self.owner, "--role", "owner").ok()
        words = [word for name, value in source.items() for word in (f"--{name.replace('_', '-')}", value)]
        self.run("source", "add", "--kind", "clever", "--clever-district", shared.id, "--url", server.url, "--token-url", server.token_url,
                 "--client-id", clever.CLIENT, "--client-secret-stdin", *words, stdin=clever.SECRET + "\n").ok()
        values = {**SETTINGS, **OWNERS_CHOICE, "schools": "North, South"}
        self.run("settings", "set", *(f"{name}={value}" for name, value in values.items())).ok()

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
            run_id = str(connection.execute("SELECT run_request(source_id, 'events') FROM source WHERE district_id = %s", [self.id]).fetchone()[0])
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
