"""`rollcall source test` against a pretend SIS with habits and faults: each has its true line on the report card, in the words of people. And the
test sync: it plans, applies nothing, and the next sync proposes the same."""

import json
import re
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sis.generate import make_district
from support.messages import validate_records
from support.process import free_port
from support.stack import CLIENT, DONE, SECRET

PEOPLE = 60


@pytest.fixture(scope="module")
def place(module_stack):
    """A district whose source is tested, before anything of it was synced."""
    stack = module_stack
    for name in ("normalizer", "reconciler", "notifier"):
        stack.worker(name)
    stack.worker("fetcher", ROLLCALL_FETCH_PROBE_EVERY="100ms")
    stack.worker("scheduler", ROLLCALL_SCHEDULER_PROBES_EVERY="200ms")
    stack.start()
    district = stack.district("maple-county", world=make_district(1, students=PEOPLE, schools=2))
    district.url = stack.sis.base_url("maple-county")
    return stack, district


@pytest.fixture
def district(place):
    """The same for each test, and as it was made afterwards."""
    stack, made = place
    yield made
    stack.sis.clear(made.slug)
    made.run("source", "set", f"url={made.url}", f"token-url={stack.sis.token_url(made.slug)}", "version=1.1", "auth=oauth2", "page-size=1000", "demographics=off").ok()


def card_of(district, code=0):
    shown = district.run("source", "test", "-o", "json", "--timeout", "5m", seconds=360)
    assert shown.status == code, shown.err + shown.out
    return shown.json


def line(card, check):
    found = [row for row in card["checks"] if row["check"] == check]
    assert found, (check, card["checks"])
    return found[0]


def advice(card):
    return {row["setting"]: row["better"] for row in card["suggestions"]}


def test_a_well_behaved_sis_is_told_with_its_schools_and_people(place, district):
    stack, _ = place
    card = card_of(district)
    states = {row["check"]: row["state"] for row in card["checks"]}
    assert (card["verdict"], states.pop("tls")) == ("limited", "warning"), card["checks"]  # the pretend SIS is not encrypted
    assert {state for check, state in states.items() if check != "speed"} == {"ok"}, card["checks"]  # the machine may be slow
    assert {"connection", "sign-in", "version", "schools", "people", "clock", "pages", "totals", "links", "order", "filter", "changes", "speed"} <= set(states)
    world = district.world
    roles = {role: sum(user["role"] == role for user in world["users"]) for role in {user["role"] for user in world["users"]}}
    assert {row["role"]: row["people"] for row in card["roles"]} == roles and all(row["exact"] for row in card["roles"])
    schools = {org["sourcedId"]: org["name"] for org in world["orgs"] if org["type"] == "school"}
    assert {row["school"]: row["name"] for row in card["schools"]} == schools
    for row in card["schools"]:
        here = [user for user in world["users"] if row["school"] in [org["sourcedId"] for org in user["orgs"]] and user["role"] == "student"]
        assert row["roles"]["student"] == len(here)
    assert {row["collection"]: row["total"] for row in card["collections"] if row["collection"] in ("users", "classes", "enrollments")} == {
        name: len(world[name]) for name in ("users", "classes", "enrollments")}
    advised = advice(card)
    if not re.search(r"took \d{1,3} ms", line(card, "speed")["says"]):    # a machine so busy is rightly advised to ask for less at a time
        card["strategy"]["page_size"] = 1000
        advised.pop("page-size", None)
    assert card["strategy"] == {"page_size": 1000, "parallel": 1, "sorted": True, "delta": True, "demographics": True, "resources": card["strategy"]["resources"]}
    assert advised == {} and card["changes"] == []
    text = json.dumps(stack.sql("SELECT report FROM probe"))
    assert not any(user["familyName"] in text or user["username"] in text for user in world["users"]), "no person's data is kept"


HABITS = {
    "clamp": ([("clamp", {"max": 20})], 0, "page size", "ok", "at most 20 records", {"page-size": "20"}),
    "no totals": ([("no-total", {}), ("no-link", {})], 0, "totals", "warning", "does not say how many", {}),
    "ignores filters": ([("ignore-filter", {})], 0, "filter", "warning", "ignores or refuses filters", {}),
    "cannot be asked for changes": ([("ignore-filter", {})], 0, "changes", "warning", "every sync reads everything", {}),
    "refuses filters": ([("refuse-filter", {})], 0, "filter", "warning", "ignores or refuses filters", {}),
    "filters everything out": ([("blind-filter", {})], 0, "changes", "warning", "every sync reads everything", {}),
    "ignores the order": ([("ignore-sort", {})], 0, "order", "warning", "ignores the order", {}),
    "ignores the offset": ([("ignore-offset", {})], 1, "pages", "error", "the first page again", {}),
    "wrong clock": ([("clock", {"by": 600})], 0, "clock", "warning", "ahead", {}),
    "dates of the export": ([("set-fields", {"record": "all", "set": {"dateLastModified": "2026-01-01T00:00:00.000Z"}})], 0, "changes", "warning",
                            "that of the export", {"honest-dates": "off"}),
    "wrong key": ([("wrong-credentials", {})], 1, "sign-in", "error", "refused the key or secret", {}),
    "a page to sign in": ([("html", {})], 1, "orgs", "error", "a web page came instead of data", {}),
    "no users": ([("empty", {"collection": "users"})], 1, "users", "error", "shares no users", {}),
    "not shared": ([("forbidden", {"collection": "enrollments"})], 1, "enrollments", "error", "does not let us read", {}),
    "out of order": ([("error-503", {"collection": "classes"})], 1, "classes", "error", "out of order", {}),
    "too busy": ([("busy-bare", {})], 1, "limits", "warning", "too busy", {}),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_has_its_line(place, district, habit):
    stack, _ = place
    faults, code, check, state, words, better = HABITS[habit]
    for fault, options in faults:
        stack.sis.fault(district.slug, fault, **options)
    card = card_of(district, code)
    found = line(card, check)
    assert (found["state"], words in found["says"]) == (state, True), found
    assert state == "ok" or found["ask"], "what to ask is said"
    assert advice(card).items() >= better.items()
    assert code == 0 or card["verdict"] == "bad"


def test_demographics_that_are_not_granted_are_suggested_off(place, district):
    stack, _ = place
    district.run("source", "set", "demographics=on").ok()
    stack.sis.fault(district.slug, "forbidden", collection="demographics")
    card = card_of(district)
    assert line(card, "demographics")["state"] == "warning" and advice(card)["demographics"] == "off"


def test_what_is_suggested_is_set_where_that_is_asked_for(place, district):
    stack, _ = place
    stack.sis.fault(district.slug, "clamp", max=20)
    district.run("source", "set", "demographics=on").ok()
    stack.sis.fault(district.slug, "forbidden", collection="demographics")
    told = district.run("source", "test", "--timeout", "5m", seconds=360).ok()
    assert "source set --district maple-county --source 'sis' page-size=20 demographics=off" in told.err and "at most 20 records" in told.out
    assert "Set: page-size demographics." in district.run("source", "test", "--apply", "--timeout", "5m", seconds=360).ok().err
    set_up = district.json("source", "show")
    assert (set_up["page_size"], set_up["demographics"]) == (20, False)
    assert card_of(district)["suggestions"] == []


def test_the_other_version_and_the_other_signature_are_found(place, district):
    stack, _ = place
    stack.sis.put("elm", auth={"kind": "oauth2", "client_id": CLIENT, "secret": SECRET}, version="1.2", **district._handed_over(district.world))
    district.run("source", "set", f"url={stack.sis.url}/elm", f"token-url={stack.sis.token_url('elm')}").ok()
    card = card_of(district, 1)
    assert "speaks OneRoster 1.2" in line(card, "version")["says"] and advice(card)["version"] == "1.2"
    stack.sis.set_auth("elm", kind="oauth1", key=CLIENT, secret=SECRET, methods=["HMAC-SHA256"])
    district.run("source", "set", "version=1.2", "auth=oauth1-sha1").ok()
    card = card_of(district, 1)
    assert "lets us in with oauth1-sha256" in line(card, "sign-in")["says"] and advice(card)["auth"] == "oauth1-sha256"
    district.run("source", "set", "auth=oauth1-sha256").ok()
    assert "roles as the other version does" in line(card_of(district), "version")["says"], "some of the pretend SIS's people are of 1.1"
    stack.sis.fault("elm", "clock", by=-7200)
    assert "behind" in line(card_of(district, 1), "clock")["says"]


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    do_POST = do_GET


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl: apt-get install openssl")
def test_a_certificate_of_an_unknown_authority_and_a_dead_host_are_told_apart(place, district, tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                    "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    district.run("source", "set", "auth=oauth1-sha1", f"url=https://127.0.0.1:{server.server_address[1]}").ok()
    found = line(card_of(district, 1), "tls")
    assert (found["state"], "cannot be trusted" in found["says"], "ca-file" in found["ask"]) == ("error", True, True), found
    server.shutdown()
    server.server_close()
    district.run("source", "set", f"url=http://127.0.0.1:{free_port()}").ok()
    found = line(card_of(district, 1), "connection")
    assert (found["state"], "nobody listens" in found["says"]) == ("error", True), found


def test_the_clock_tests_too_and_tells_what_changed(place, district):
    stack, _ = place
    stack.sis.fault(district.slug, "ignore-filter")
    card_of(district)
    stack.sis.clear(district.slug)
    count = "SELECT count(*) FROM probe WHERE requested_by = 'schedule'"
    stack.sql("UPDATE probe SET requested_at = requested_at - interval '40 days'")
    assert stack.sql(count) == [(0,)], "only sources that sync by themselves"
    stack.sql("UPDATE source SET automatic = true, next_due_at = now() + interval '1 day'")
    stack.wait(lambda: stack.sql(count + " AND finished_at IS NOT NULL") == [(1,)], "the source was tested by the clock")
    told = stack.sql("SELECT kind, message FROM alert WHERE source_id IS NOT NULL")
    assert len(told) == 1 and told[0][0] == "source.changed"
    assert "filters work: no before, yes now" in told[0][1] and "it can be asked for changes alone: no before, yes now" in told[0][1]
    stack.wait(lambda: stack.sql("SELECT count(*) FROM mail WHERE kind = 'alert' AND about LIKE 'source.changed:%' AND state = 'accepted'") == [(1,)],
               "the owners were mailed")
    history = district.json("source", "test", "--history")
    assert history[0]["requested_by"] == "schedule" and len(history[0]["changes"]) == 2 and history[1]["requested_by"] != "schedule"
    assert district.json("source", "test", "--last")["changes"] == [{"change": words} for words in history[0]["changes"]]
    stack.sql("UPDATE source SET automatic = false, next_due_at = NULL")
    assert validate_records(stack.kafka.records("rollcall.alert.raised.v1"), stack.opened) >= 1


def test_schools_that_a_test_found_can_be_chosen(place, district):
    name = district.school_names()[0]
    assert "no source has sent" not in district.run("settings", "set", f"schools={name}").ok().err
    assert "no source has sent a school" in district.run("settings", "set", "schools=Nowhere").ok().err
    district.run("settings", "set", f"schools={', '.join(district.school_names())}").ok()


def test_what_cannot_be_tested_is_refused_in_words(place):
    stack, _ = place
    stack.cli.run("district", "create", "oak", "--name", "Oak", "--time-zone", "UTC").ok()
    assert stack.cli.run("source", "test", "-d", "oak").status == 3
    stack.cli.run("source", "add", "-d", "oak", "--kind", "oneroster-csv", "--name", "zips").ok()
    refused = stack.cli.run("source", "test", "-d", "oak")
    assert refused.status == 2 and "no connection to test" in refused.err
    assert stack.cli.run("source", "test", "-d", "oak", "--last").status == 3


def test_a_fetcher_that_dies_over_a_test_is_followed_by_another(place, district):
    stack, _ = place
    stack.sis.fault(district.slug, "hang", collection="users")
    waiting = district.run("source", "test", "--timeout", "1s")
    assert waiting.status == 6 and "source test --last" in waiting.err
    newest = "SELECT take, lease_until IS NOT NULL, finished_at IS NOT NULL FROM probe ORDER BY probe_id DESC LIMIT 1"
    stack.wait(lambda: stack.sql(newest) == [(1, True, False)] and stack.sis.faults(district.slug)[0]["fired"], "the fetcher waits for the SIS")
    stack["fetcher"].kill()
    stack.sis.clear(district.slug)
    stack.sql("UPDATE probe SET lease_until = now() WHERE finished_at IS NULL")  # as when its time is over
    stack["fetcher"].start().wait_ready()
    stack.wait(lambda: stack.sql(newest) == [(2, False, True)], "the test is at its end, by another take")
    assert line(district.json("source", "test", "--last"), "people")["state"] == "ok"


def items(stack, run):
    return stack.sql("SELECT i.kind, i.subject, i.field, i.new_value, i.cause FROM plan_item i JOIN plan p USING (district_id, plan_id) WHERE p.run_id = %s "
                     "ORDER BY 1, 2, 3, 4", [run])


def test_a_test_sync_plans_and_applies_nothing_and_the_next_sync_proposes_the_same(place, district):
    stack, _ = place
    accounts = "SELECT count(*) FROM account"
    first = district.first_sync()
    assert district.state_of(first).startswith("Completed")
    before = stack.sql(accounts), stack.sql("SELECT count(*) FROM history")
    district.show(make_district(1, students=PEOPLE + 8, schools=2))
    done = district.run("run", "test", "--wait", "-o", "json", "--timeout", "5m", seconds=360).ok()
    run = done.json["run"]
    assert done.json["state"].startswith("Completed") and f"plan show --run {run}" in done.err
    planned = items(stack, run)
    assert any(kind == "create" for kind, *_ in planned)
    assert (stack.sql(accounts), stack.sql("SELECT count(*) FROM history")) == before, "nothing was applied"
    assert stack.sql("SELECT state FROM plan WHERE run_id = %s", [run]) == [("test",)]
    stack.cli.run("plan", "show", "--run", run).ok()
    real = district.start_run()
    district.wait_for_run(real, *DONE, "On hold")
    assert set(items(stack, real)) >= set(planned)  # of all of its plans: what one round applies is not in the next
    assert stack.sql(accounts)[0] > before[0][0]
