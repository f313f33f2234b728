"""A district changes its SIS: the new one beside the old one for a while, then in its place. Accounts stay who they are, nobody gets a second one, nobody
goes whom either carries, and what the old one leaves behind waits for a person (D3)."""

import pytest
from sis.evolve import evolve
from sis.rekey import rekeyed
from support.fleet import tiny
from support.stack import CLIENT, SECRET
from support.twin import Twin

pytestmark = pytest.mark.slow


class Change:
    """A district, its old SIS and the new one, which is asked under a name of its own."""

    def __init__(self, stack):
        self.stack = stack
        self.twin = Twin(stack, "maple-county", seed=3, world=tiny(3, students=24, schools=2))
        self.district = self.twin.district
        self.new = None

    def show_new(self, world):
        path = self.stack.folder / "new-world.json"
        world.save(path)
        if self.new is None:
            self.stack.sis.put("maple-new", auth={"kind": "oauth2", "client_id": CLIENT, "secret": SECRET}, world_path=str(path))
        else:
            self.stack.sis.swap("maple-new", world_path=str(path))
        self.new = world

    def add_new(self):
        sis = self.stack.sis
        self.district.run("source", "add", "--name", "new", "--url", sis.base_url("maple-new"), "--auth", "oauth2", "--client-id", CLIENT,
                          "--client-secret-stdin", "--token-url", sis.token_url("maple-new"), stdin=SECRET + "\n").ok()
        self.district.run("source", "set", "--source", "new", "authority=2").ok()

    def sync(self, source):
        run = self.district.json("run", "start", "--source", source)["run"]
        self.district.wait_for_run(run, seconds=300)
        return run

    def plan(self):
        """(kind, cause, hold) → how many items of the open plan wait."""
        return {row[:3]: row[3] for row in self.stack.sql(
            "SELECT i.kind, i.cause, i.hold, count(*) FROM plan p JOIN plan_item i USING (district_id, plan_id) WHERE p.state = 'open' "
            "AND i.outcome IS NULL GROUP BY 1, 2, 3")}

    def preview(self, *words):
        """Sums over all roles of what a dry run says."""
        people = self.district.json("source", *words, "--dry-run")["people"]
        return [sum(row[name] for row in people) for name in ("carried", "also_elsewhere", "to_link", "left_behind")]

    def accounts(self):
        """account → (status, phone)."""
        return {row[0]: row[1:] for row in self.stack.sql("SELECT account_id, status, phone FROM account")}

    def account_of(self, sourced_id):
        return self.stack.sql("SELECT account_id FROM account_link WHERE sourced_id = %s", [sourced_id])[0][0]


def with_phone(world, sourced_id, phone):
    users = [{**user, "phone": phone} if user["sourcedId"] == sourced_id else user for user in world["users"]]
    return type(world)(world.seed, world.today, {**world.collections, "users": users}, world.away, world.serial, world.first)


def without(world, *sourced_ids):
    """As if these users had never been: their enrollments go too."""
    def stays(name, record):
        return record["sourcedId"] not in sourced_ids if name == "users" else \
            name != "enrollments" or record["user"]["sourcedId"] not in sourced_ids
    kept = {name: [record for record in records if stays(name, record)] for name, records in world.collections.items()}
    kept["users"] = [{**user, "agents": [agent for agent in user["agents"] if agent["sourcedId"] not in sourced_ids]} if "agents" in user else user
                     for user in kept["users"]]
    return type(world)(world.seed, world.today, kept, world.away, world.serial, world.first)


def test_the_new_sis_beside_the_old_one_and_then_in_its_place(stack):
    stack.start()
    change = Change(stack)
    district, old = change.district, change.twin.world
    district.first_sync()
    before = change.accounts()
    students = [user["sourcedId"] for user in old.users_of("student")]
    clerk = next(user["sourcedId"] for user in old.users_of("administrator"))
    lost, left = students[0], students[1]  # one whom the old SIS loses later, one whom the new SIS never has

    # Beside: everybody is recognised, one child is new, one is not there, and one administrator has another phone there.
    change.show_new(with_phone(rekeyed(evolve(without(old, left), 9, changed=0.0, new=1), "N-"), f"N-{clerk}", "+1 555 0199"))
    change.add_new()
    run = change.sync("new")
    assert district.state_of(run) == "On hold"
    people = len({row for row in before})
    assert change.preview("replace", "--source", "sis", "--with", "new")[:2] == [people, 0]
    waits = change.plan()
    assert {kind for kind, _, hold in waits if hold == "first sync"} <= {"link", "create", "join"}
    arrivals = waits.get(("create", "new", "first sync"), 0)
    assert 1 <= arrivals <= 4, "a child who is new, with guardians"
    district.approve()
    district.wait_for_run(run, "Completed", seconds=300)
    assert district.state_of(change.sync("new")) == "Completed"
    both = change.accounts()
    assert len(both) == len(before) + arrivals and {row[0] for row in both.values()} == {"active"}
    assert {account: both[account] for account in before} == before, "the old one's word counts"
    carried, also, to_link, behind = change.preview("replace", "--source", "sis", "--with", "new")
    assert (carried, also + behind, to_link) == (people, people, 0) and behind >= 1

    # Who leaves the one and stays in the other stays.
    district.show(without(old, lost))
    change.twin.world = without(old, lost)
    for _ in range(3):
        change.sync("sis")
    assert change.accounts()[change.account_of(lost)][0] == "active"

    # In its place.
    district.run("source", "replace", "--source", "new", "--with", "new", "--yes").ok(2)
    run = district.json("source", "replace", "--source", "sis", "--with", "new", "--yes")["run"]
    assert district.wait_for_run(run, seconds=300) == "On hold"
    assert change.account_of(left) in {row[0] for row in stack.sql(
        "SELECT substr(subject, 3)::uuid FROM plan_item WHERE kind = 'archive' AND cause = 'no longer shared' AND hold = 'no longer shared'")}
    waits = change.plan()
    assert waits[("archive", "no longer shared", "no longer shared")] == behind
    assert {hold for _, _, hold in waits} == {"no longer shared"}
    then = change.accounts()
    assert {row[0] for row in then.values()} == {"active"}, "nobody goes before somebody said so"
    assert then[change.account_of(clerk)][1] == "+1 555 0199", "the new one's word counts now"
    district.approve()
    district.wait_for_run(run, "Completed", seconds=300)
    after = change.accounts()
    assert set(after) == set(both) and [row[0] for row in after.values()].count("archived") == behind
    assert (after[change.account_of(left)][0], after[change.account_of(lost)][0]) == ("archived", "active")

    # And it is quiet then; the memberships are those of the new one's classes.
    quiet = change.sync("new")
    assert district.state_of(quiet) == "Completed" and change.twin.counts(quiet)["applied"] == {}
    assert stack.sql("SELECT DISTINCT s.name FROM membership m JOIN user_list u USING (district_id, list_id) JOIN source s USING (district_id, source_id) "
                     "WHERE m.ended_on IS NULL") == [("new",)]
    assert [row["source"] for row in district.json("source", "list")] == ["new"]
