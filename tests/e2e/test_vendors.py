"""Each vendor profile against the SIS that it describes, as the pretend SIS plays it: added by its fields alone, first sync, the directory
compared with the model. All districts share one stack and sync side by side."""

import json
from dataclasses import replace

import pytest
from sis.generate import make_district
from sis.model import Directory
from sis.vendors import APPLICATION, VENDORS
from sis.version_12 import as_12
from support.stack import CLIENT, DONE, SECRET, District
from support.twin import OWNERS_CHOICE, Twin, expected_settings, today

OAUTH2 = {"kind": "oauth2", "client_id": CLIENT, "secret": SECRET}
OAUTH1 = {"kind": "oauth1", "key": CLIENT, "secret": SECRET, "methods": ["HMAC-SHA256"]}
PROXY = {"kind": "bearer", "bearer": "bearer-1", "key": SECRET, "application": APPLICATION}
SITE = ["site={base}", f"client-id={CLIENT}"]
SHEET = ["--url", "{base}", "token-url={base}/oauth/token", "--client-id", CLIENT]
# Profile → version, credentials at the SIS, and what the connect form is given; the secret comes by stdin.
PLAYED = {
    "classlink": ("1.1", OAUTH1, ["url={base}/ims/oneroster/v1p1", "--client-id", CLIENT]),
    "classlink-proxy": ("1.1", PROXY, ["proxy={base}", f"client-id={APPLICATION}"]),
    "infinite-campus-1.1": ("1.1", OAUTH2, [*SITE, "app-name=maple"]),
    "infinite-campus-1.2": ("1.2", OAUTH2, [*SITE, "app-name=maple"]),
    "skyward-sms": ("1.1", OAUTH2, ["site={base}/api/", f"client-id={CLIENT}"]),
    "skyward-qmlativ": ("1.2", OAUTH2, SHEET),
    "synergy": ("1.1", OAUTH2, ["url={base}", "token-url={base}/oauth2/token", "--client-id", CLIENT]),
    "aeries": ("1.1", OAUTH2, ["site={base}/aeries", f"client-id={CLIENT}"]),
    "powerschool": ("1.1", OAUTH2, SITE),
    "eschoolplus": ("1.2", OAUTH1, ["url={base}", "--auth", "oauth1-sha256", "--client-id", CLIENT]),
    "ed-fi": ("1.2", OAUTH2, SHEET),
    "generic-1.1": ("1.1", {"kind": "bearer", "bearer": SECRET}, ["url={base}", "--auth", "bearer"]),
    "generic-1.2": ("1.2", OAUTH2, SHEET),
    "sortless": ("1.1", OAUTH2, SHEET),     # an operator's own
}
LOSES_COOKIES = {"synergy", "aeries"}       # a fetcher's jar is emptied between two sources; the token is asked for again


class Played(District):
    """A district whose SIS plays a vendor, connected by that vendor's profile."""

    def __init__(self, stack, profile, profiles_dir):
        super().__init__(stack, f"p-{profile.replace('.', '-')}")
        self.profile, self.profiles_dir = profile, profiles_dir
        self.version, self.auth, self.fields = PLAYED[profile]

    def serve(self, world, auth=None):
        self.stack.sis.put(self.slug, auth=self.auth, version=self.version, vendor=self.profile, **self._handed_over(world))

    def _add_source(self, auth, source):
        fields = [word.replace("{base}", f"{self.stack.sis.url}/{self.slug}") for word in self.fields]
        self.run("source", "add", "--profile", self.profile, *fields, "--client-secret-stdin", stdin=SECRET + "\n",
                 ROLLCALL_PROFILES_DIR=str(self.profiles_dir)).ok()


class Pair(Twin):
    """Such a district beside its model."""

    def __init__(self, stack, profile, profiles_dir, seed):
        self.stack, self.model = stack, Directory()
        self.world = make_district(seed, today=today(), students=25, schools=2)
        if profile == "ed-fi":
            self.world = in_two_schools(self.world)
        self.district = Played(stack, profile, profiles_dir)
        self.district.create(world=self.world, settings=OWNERS_CHOICE, version=self.district.version)
        self.run, self.finished = self.district.start_run(), False

    def shown(self):
        shown = as_12(self.world) if self.district.version == "1.2" else self.world
        shape = VENDORS[self.district.profile].shape
        return shape(shown) if shape else shown

    def expect(self, world):
        self.model.apply_day(world, expected_settings(self.world), today())

    def statuses(self):
        return set(self.stack.sis.counters(self.district.slug)["statuses"])

    def asked(self, resource):
        return [entry["query"] for entry in self.stack.sis.log(self.district.slug) if entry["resource"] == resource]


def with_first_agents(world):
    """What counts where the first of a student's agents is the primary parent: the others, and what guardians say, are nothing."""
    users = [{**user, "agents": user.get("agents", [])[:1] if user["role"] == "student" else []} for user in world["users"]]
    return replace(world, collections={**world.collections, "users": users})


def in_two_schools(world):
    """Two students go to both schools: one person, two rows."""
    schools = [org["sourcedId"] for org in world["orgs"] if org["type"] == "school"]
    users, more = [], 2
    for user in world["users"]:
        if more and user["role"] == "student":
            more -= 1
            user = {**user, "orgs": [{"sourcedId": school, "type": "org", "href": f"/orgs/{school}"} for school in schools]}
        users.append(user)
    return replace(world, collections={**world.collections, "users": users})


@pytest.fixture(scope="module")
def pairs(module_stack, tmp_path_factory):
    """All districts, their first runs under way."""
    own = tmp_path_factory.mktemp("profiles")
    made = json.loads((pytest.importorskip("support.paths").SCHEMAS / "profiles" / "generic-1.1.json").read_text(encoding="utf-8"))
    made.update(profile="sortless", name="Maple's own", quirks={"sort": "none", "client_auth": "body"},
                primary_parent={"rule": "first-agent", "words": "Who is named first is the primary parent."})
    (own / "sortless.json").write_text(json.dumps(made), encoding="utf-8")
    module_stack.start()
    return {profile: Pair(module_stack, profile, own, seed) for seed, profile in enumerate(PLAYED, 1)}


def finish(pair):
    """The first run to its end, for whichever test of the district comes first."""
    if pair.finished:
        return
    district = pair.district
    district.wait_for_run(pair.run, "On hold")
    district.approve()
    district.wait_for_run(pair.run, *DONE)
    assert district.state_of(pair.run) == "Completed", pair.stack.describe()
    assert district.json("source", "show")["profile"] == district.profile
    assert pair.statuses() <= ({"200", "401"} if district.profile in LOSES_COOKIES else {"200"})
    pair.finished = True


@pytest.mark.parametrize("profile", [name for name in PLAYED if name != "ed-fi"])
def test_a_profile_connects_its_sis_and_the_directory_is_as_the_model_says(pairs, profile):
    pair = pairs[profile]
    finish(pair)
    shown = pair.shown()
    titled = [{**record, "title": record["title"] or record["classCode"]} for record in shown["classes"]]
    expected = replace(shown, collections={**shown.collections, "classes": titled})
    pair.expect(with_first_agents(expected) if profile == "sortless" else expected)
    pair.check()
    queries = pair.asked("users")
    assert all(("sort=" in query) == (profile != "sortless") for query in queries)


def test_infinite_campus_is_asked_for_tokens_behind_its_own_query(pairs):
    finish(pairs["infinite-campus-1.2"])
    queries = pairs["infinite-campus-1.2"].asked("token")
    assert queries and all(query.startswith("appName=maple&grant_type=client_credentials&scope=") for query in queries)
    shown = pairs["infinite-campus-1.2"].district.json("source", "show")
    assert (shown["parallel"], shown["busy_hours"], shown["page_size"]) == (5, "06:00-18:00", 5000)


def test_classlink_gives_a_revision_and_its_proxy_another_bearer_at_any_time(pairs):
    pair = pairs["classlink-proxy"]
    finish(pair)
    rows = pair.stack.sql("SELECT DISTINCT c.revision FROM run_collection c WHERE c.run_id = %s", [pair.run])
    assert rows == [("17",)]
    lists = len(pair.asked("applications"))
    pair.stack.sis.set_auth(pair.district.slug, **{**PROXY, "bearer": "bearer-2"})
    run = pair.district.sync()
    assert pair.district.state_of(run) == "Completed"
    assert "401" in pair.statuses() and len(pair.asked("applications")) > lists
    # An old bearer that is refused for another reason is not tried again and again.
    pair.stack.sis.set_auth(pair.district.slug, **{**PROXY, "bearer": "bearer-2", "application": "gone"})
    pair.stack.sis.fault(pair.district.slug, "token-expired", collection="users")
    run = pair.district.start_run()
    pair.stack.wait(lambda: pair.stack.sql("SELECT true FROM lane WHERE run_id = %s AND reason LIKE '%%proxy does not list this district%%'", [run]),
                    "the lane says that the proxy does not list the district")
    pair.stack.sis.clear(pair.district.slug)


def test_powerschool_clamps_its_pages_and_nothing_is_missed(pairs):
    finish(pairs["powerschool"])
    counters = pairs["powerschool"].stack.sis.counters(pairs["powerschool"].district.slug)
    offsets = sorted(int(offset) for offset in counters["pages"]["users"])
    assert offsets[:3] == [0, 20, 40]


def test_ed_fi_has_a_row_for_each_school_and_they_become_one_person(pairs):
    pair = pairs["ed-fi"]
    finish(pair)
    people = {user["sourcedId"]: user for user in as_12(pair.world)["users"]}
    rows = pair.shown()["users"]
    assert len(rows) >= len({row["userMasterIdentifier"] for row in rows}) + 2
    accounts = dict(pair.stack.sql(
        "SELECT a.master_id, count(*) FROM account a WHERE a.district_id = %s GROUP BY 1", [pair.district.id]))
    linked = dict(pair.stack.sql(
        "SELECT a.master_id, count(*) FROM account_link l JOIN account a USING (district_id, account_id) WHERE a.district_id = %s GROUP BY 1",
        [pair.district.id]))
    assert set(accounts) <= set(people) and set(accounts.values()) == {1}
    students = [sid for sid, user in people.items() if len({row["sourcedId"] for row in rows if row["userMasterIdentifier"] == sid}) == 2]
    assert len(students) >= 2 and all(linked[sid] == 2 for sid in students if sid in linked)
    assert sum(linked.get(sid) == 2 for sid in students) >= 2
