"""rollcall-roster-server against a real PostgreSQL: who may ask, what is answered, what is refused."""

import hashlib
import json
import random
import threading
import urllib.error
import urllib.request

import pytest
from support.cli import Cli
from support.openapi import OpenApi
from support.process import free_port, wait_until
from support.worker import Worker
from with_plans import PlannedDistrict
from with_reconciler import enrollment, school, user

pytestmark = pytest.mark.usefixtures("programs")


class Answer:
    """What came back: status, headers, body."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        assert self.headers["Content-Type"] == "application/problem+json", (self.status, self.body)
        assert self.json["status"] == self.status
        return self.json["type"].removeprefix("urn:rollcall:problem:")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *_):
        return None


DESCRIBED = OpenApi("directory")


class Api:
    """The server's HTTP side, asked with a token. Every answer must be one that schemas/openapi describes."""

    def __init__(self, port):
        self.port = port

    def ask(self, path, token=None, method="GET", body=None, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, data=body)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
                got = Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            got = Answer(error.code, error.headers, error.read())
        DESCRIBED.check(method, path, got.status, got.headers, got.body)
        return got


class Server(Worker):
    """The program with its port for requests."""

    def __init__(self, url, folder, **settings):
        port = free_port()
        super().__init__("rollcall-roster-server", {"ROLLCALL_DATABASE_URL": url, "ROLLCALL_SERVER_PORT": str(port), **settings}, folder)
        self.api = Api(port)


def token_by_hand(admin, name, districts):
    """An application with a token, as `rollcall application add` makes it."""
    application = admin.execute("INSERT INTO application (name, made_by) VALUES (%s, 'test') RETURNING application_id", [name]).fetchone()[0]
    secret = hashlib.sha256(name.encode()).hexdigest()
    token = admin.execute(
        "INSERT INTO application_token (application_id, digest, made_by, expires_at) VALUES (%s, %s, 'test', now() + interval '1 day')"
        " RETURNING token_id", [application, hashlib.blake2b(secret.encode(), digest_size=32).digest()]).fetchone()[0]
    for district in districts:
        admin.execute("INSERT INTO application_grant (district_id, application_id, reads, fields, granted_by)"
                      " VALUES (%s, %s, '{accounts}', '{email}', 'test')", [district, application])
    return f"rct_{token.hex}_{secret}"


def test_the_server_answers_who_has_a_token_and_drains(postgres, database, tmp_path):
    with postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp") as admin:
        maple, oak = (admin.execute("INSERT INTO district (slug, name) VALUES (%s, %s) RETURNING district_id", [slug, slug]).fetchone()[0]
                      for slug in ("maple", "oak"))
        token = token_by_hand(admin, "portal", [maple])
        both = token_by_hand(admin, "reports", [maple, oak])
        server = Server(postgres.url("rollcall_roster_server", database), tmp_path).start()
        server.wait_ready()
        ask = server.api.ask
        assert ask("/v1/districts").problem == "token-missing"
        assert ask("/v1/districts", token[:-1] + ("0" if token[-1] != "0" else "1")).problem == "token-refused"
        assert ask("/v1/districts", "rct_what").headers["WWW-Authenticate"] == "Bearer"
        assert ask("/v1/districts", token).json == {"districts": [{"id": str(maple), "slug": "maple", "name": "maple"}]}
        assert len(ask("/v1/districts", both).json["districts"]) == 2
        assert ask("/v1/nothing", token).problem == "no-such-path"
        refused = ask("/v1/districts", token, method="DELETE")
        assert (refused.status, refused.problem, refused.headers["Allow"]) == (405, "method-refused", "GET")
        assert ask("/v1/districts?" + "x" * 5000, token).status == 414
        assert ask("/v1/districts", token, X_Long="y" * 9000).status == 431
        assert ask("/v1/districts", token, method="POST", body=b"z" * 70000).status == 413
        assert ask("/v1/%zz", token).problem == "address-refused"
        admin.execute("UPDATE application_token SET expires_at = now() - interval '1 second' WHERE token_id::text = %s",
                      [f"{token[4:12]}-{token[12:16]}-{token[16:20]}-{token[20:24]}-{token[24:36]}"])
        assert ask("/v1/districts", token).problem == "token-refused"
        admin.execute("UPDATE application SET revoked_at = now()")
        assert ask("/v1/districts", both).status == 401
        assert server.admin.metric("rollcall_http_requests_total") >= 9
    assert server.stop() == 0
    assert not server.sanitizer_report()
    assert server.events("process.ended")


# ---- a district whose plans are real -------------------------------------------------------------------------------------------------

EVERYTHING = ("--read", "accounts,guardians,lists,schools,changes", "--fields", "all")
MERGE = "application/merge-patch+json"
PEOPLE = [user(f"u{n}", email=f"u{n}@example.org", username=f"user{n}", identifier=f"n-{n}") for n in range(1, 6)]
GUARDIAN = user("g1", role="guardian", givenName="Gail", familyName="Green", email="gail@example.org", agents=["u1"])
TEACHER = user("t1", role="teacher", givenName="Tess", familyName="Tate", email="tess@example.org")
ROSTER = [*PEOPLE, GUARDIAN, TEACHER]
IN_CLASS = [enrollment("e1", "u1", "c1"), enrollment("e2", "u2", "c1"), enrollment("e3", "t1", "c1", role="teacher")]


class Office:
    """A synced district, the server, and applications that ask it."""

    def __init__(self, postgres, database, folder):
        self.district = PlannedDistrict(postgres, database)
        self.district.sync(school(ROSTER, IN_CLASS))
        self.district.approve()
        self.slug = self.district.one("SELECT slug FROM district WHERE district_id = %s", self.district.id)
        self.cli = Cli({"ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database)})
        self.server = Server(postgres.url("rollcall_roster_server", database), folder, ROLLCALL_ROSTER_LOCK_TIMEOUT="1s",
                             ROLLCALL_ROSTER_REQUESTS_PER_MINUTE="600000", ROLLCALL_ROSTER_BURST="10000").start()
        self.server.wait_ready()
        self.base = f"/v1/districts/{self.district.id}"
        self.token = self.application("everything", *EVERYTHING, "--edit", "email,phone,grades,status,create")

    def application(self, name, *words):
        return self.cli.json("application", "add", name, "-d", self.slug, *words)["token"]

    def ask(self, path="", token=None, **options):
        return self.server.api.ask(self.base + path, token or self.token, **options)

    def get(self, path, token=None):
        answer = self.ask(path, token)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.json

    def account(self, record):
        (found,) = self.get(f"/accounts?record={record}")["accounts"]
        return found

    def patch(self, account, values, match=None, token=None):
        match = match or self.ask(f"/accounts/{account}").headers["ETag"]
        return self.ask(f"/accounts/{account}", token, method="PATCH", body=json.dumps(values).encode(), If_Match=match, Content_Type=MERGE)

    def make(self, values, key):
        return self.ask("/accounts", method="POST", body=json.dumps(values).encode(), Content_Type="application/json", Idempotency_Key=key)

    def position(self):
        return self.ask("/resync", method="POST", body=b"").json["position"]

    def changes(self, after, lists=False):
        found, more = [], True
        while more:
            page = self.get(f"/changes?limit=7&after={after}" + ("&with=lists" if lists else ""))
            found += page["changes"]
            after, more = page["next"], page["more"]
        return found

    def listing(self, limit=1000):
        found, path = {}, f"/accounts?limit={limit}"
        while path:
            page = self.get(path)
            found.update((account["id"], account) for account in page["accounts"])
            path = page["next"] and f"/accounts?limit={limit}&after={page['next']}"
        return found


@pytest.fixture(scope="module")
def office(postgres, migrated_template, tmp_path_factory):
    database = postgres.create_database(template=migrated_template)
    office = Office(postgres, database, tmp_path_factory.mktemp("office"))
    try:
        yield office
        assert office.server.stop() == 0
        assert not office.server.sanitizer_report()
        assert not office.server.events("request.failed")
        log = office.server.log()
        assert not [word for word in ("example.org", "user1", "Gail", "Tess", office.token) if word in log], "the log names somebody"
    finally:
        office.server.kill()
        office.district.close()


# ---- applications ----------------------------------------------------------------------------------------------------------------------


def test_an_application_is_added_shown_rotated_and_revoked(office):
    token = office.application("portal", "--read", "accounts", "--fields", "email")
    assert {"everything", "portal"} <= {line["name"] for line in office.cli.json("application", "list")}
    shown = office.cli.json("application", "show", "portal")
    assert shown["grants"][0]["read"] == "accounts" and shown["tokens"][0]["state"] == "active"
    assert token.split("_")[2] not in json.dumps(shown), "a secret is shown once"
    assert office.district.one("SELECT count(*) FROM application_token WHERE encode(digest, 'hex') = %s", token.split("_")[2]) == 0
    assert "there is no such thing" in office.cli.run("application", "grant", "portal", "-d", office.slug, "--read", "account").ok(2).err
    assert "already" in office.cli.run("application", "add", "portal", "-d", office.slug, "--read", "accounts").ok(1).err
    office.cli.run("application", "show", "nobody").ok(3)

    renewed = office.cli.json("application", "rotate", "portal", "--overlap", "1h")["token"]
    assert office.ask("/accounts", token).status == office.ask("/accounts", renewed).status == 200
    last = office.cli.json("application", "rotate", "portal", "--overlap", "0s")["token"]
    assert (office.ask("/accounts", token).problem, office.ask("/accounts", renewed).problem) == ("token-refused", "token-refused")
    office.cli.run("application", "withdraw", "portal", "-d", office.slug).ok()
    assert office.ask("/accounts", last).problem == "not-permitted"
    office.cli.run("application", "grant", "portal", "-d", office.slug, "--read", "schools").ok()
    assert office.get("/schools", last)["schools"][0]["id"] == "s1"
    office.cli.run("application", "revoke", "portal", "--yes").ok()
    assert office.ask("/schools", last).problem == "token-refused"
    office.cli.run("application", "rotate", "portal").ok(1)
    acts = [row["act"] for row in office.district.all("SELECT act FROM audit WHERE what ->> 'application' = %s ORDER BY audit_id",
                                                      shown["application_id"])]
    assert acts == ["application.add", "application.rotate", "application.rotate", "application.withdraw", "application.grant",
                    "application.revoke"]


def test_an_application_that_asks_too_fast_is_told_when_to_come_again(postgres, office, tmp_path):
    slow = Server(office.server.env["ROLLCALL_DATABASE_URL"], tmp_path, ROLLCALL_ROSTER_REQUESTS_PER_MINUTE="1", ROLLCALL_ROSTER_BURST="2")
    with slow.start():
        slow.wait_ready()
        answers = [slow.api.ask("/v1/districts", office.token) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[2].headers["Retry-After"]) <= 61


# ---- reading ---------------------------------------------------------------------------------------------------------------------------


def test_accounts_are_listed_filtered_and_shown(office):
    everybody = office.listing()
    assert office.listing(limit=2) == everybody and len(everybody) >= len(ROSTER)
    ada = office.account("u1")
    assert (ada["email"], ada["username"], ada["identifier"]) == ("u1@example.org", "user1", "n-1")
    assert [(role["role"], role["school"]) for role in ada["roles"]] == [("student", "s1")]
    gail = office.account("g1")
    assert [guardian["account"] for guardian in ada["guardians"]] == [gail["id"]]
    for path, records in [("role=teacher", {"t1"}), ("school=nowhere", set()), ("identifier=n-2", {"u2"}), ("username=USER3", {"u3"}),
                          (f"guardian={gail['id']}", {"u1"}), ("changed_since=2100-01-01T00:00:00Z", set()),
                          ("changed_since=2000-01-01T00:00:00Z&role=teacher", {"t1"}), ("role=student&school=s1&identifier=n-4", {"u4"})]:
        assert {record["id"] for account in office.get(f"/accounts?{path}")["accounts"] for record in account["records"]} == records, path
    for query in ("limit=0", "limit=1001", "after=x", "role=pupil", "status=a|b", "colour=red", "changed_since=yesterday", "changed_since=2026-13-01T00:00:00Z",
                  "role=student&role=staff"):
        assert office.ask(f"/accounts?{query}").status == 400, query

    one = office.ask(f"/accounts/{ada['id']}")
    assert one.json == ada
    assert office.ask(f"/accounts/{ada['id']}", If_None_Match=f'"x", W/{one.headers["ETag"]}').status == 304
    assert office.ask(f"/accounts/{ada['id']}", If_None_Match='"0.0"').status == 200
    assert office.ask(f"/accounts/{office.district.id}").problem == "not-found"
    head = office.ask(f"/accounts/{ada['id']}", method="HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", one.headers["ETag"])
    office.cli.run("access", "grant", "-d", office.slug, "u1", "--yes").ok()
    assert office.ask(f"/accounts/{ada['id']}", If_None_Match=one.headers["ETag"]).json["access"], "access moves the tag too"


def test_lists_have_members_and_schools_have_names(office):
    (lst,) = office.get("/lists")["lists"]
    assert (lst["class"], office.get(f"/lists/{lst['id']}")) == ("c1", lst)
    assert (lst["school"], lst["terms"], lst["ended_on"]) == ("s1", ["t1"], None)
    first = office.get(f"/lists/{lst['id']}/members?limit=2")
    second = office.get(f"/lists/{lst['id']}/members?limit=2&after={first['next']}")
    members = {member["account"]: member["roles"] for member in first["members"] + second["members"]}
    assert members == {office.account("u1")["id"]: ["student"], office.account("u2")["id"]: ["student"], office.account("t1")["id"]: ["teacher"]}
    assert second["next"] is None
    assert [(of["list"], of["role"]) for of in office.account("u1")["lists"]] == [(lst["id"], "student")]
    assert office.ask(f"/lists/{office.district.id}").problem == "not-found"
    assert ("s1", True) in [(school["id"], school["present"]) for school in office.get("/schools")["schools"]]


def test_an_application_sees_only_what_it_was_granted(office):
    token = office.application("narrow", "--read", "accounts", "--fields", "given_name")
    narrow = office.get("/accounts?limit=1", token)["accounts"][0]
    assert "given_name" in narrow and not {"email", "username", "guardians", "lists", "grades"} & set(narrow)
    for path in ("/lists", "/schools", "/changes", "/accounts?email=u1@example.org"):
        assert office.ask(path, token).problem == "not-permitted", path
    assert office.ask("/resync", token, method="POST", body=b"").problem == "not-permitted"
    assert office.patch(narrow["id"], {"email": "a@example.org"}, match="*", token=token).problem == "not-permitted"
    other = office.district.one("INSERT INTO district (slug, name) VALUES ('elm', 'Elm') RETURNING district_id")
    for path in (f"/v1/districts/{other}/accounts", "/v1/districts/00000000-0000-0000-0000-000000000000/accounts"):
        assert office.server.api.ask(path, office.token).problem == "not-permitted"


def test_a_merged_account_leads_to_the_one_that_stays(office):
    office.district.admin.execute("ALTER TABLE account ADD COLUMN IF NOT EXISTS merged_into uuid")
    gone, stays = (office.make({"family_name": name}, name).json["id"] for name in ("Merged", "Staying"))
    office.district.admin.execute("UPDATE account SET merged_into = %s, version = version + 1 WHERE account_id = %s", [stays, gone])
    led = office.ask(f"/accounts/{gone}")
    assert (led.status, led.json, led.headers["Location"]) == (308, {"merged_into": stays}, f"{office.base}/accounts/{stays}")
    assert office.patch(gone, {"email": "m@example.org"}, match="*").status == 308
    assert office.listing()[gone]["merged_into"] == stays


def test_whom_a_merge_left_behind_holds_no_name_any_more(office):
    names = {"family_name": "Left", "username": "left.behind", "email": "left@example.org"}
    gone, stays = (office.make(values, values["family_name"]).json["id"] for values in (names, {"family_name": "Goeson"}))
    assert office.make({**names, "family_name": "Other"}, "other").problem == "taken"
    office.district.admin.execute("UPDATE account SET merged_into = %s, version = version + 1 WHERE account_id = %s", [stays, gone])
    assert office.make({**names, "family_name": "Other"}, "another").status == 201


# ---- the feed --------------------------------------------------------------------------------------------------------------------------


def tell(connection, district, account, field="email"):
    connection.execute("INSERT INTO outbox (district_id, topic, key, data) VALUES (%s, 'roster.changed', %s, %s)", [
        district, str(account), json.dumps({"district": str(district), "account": str(account), "kind": "update", "fields": [field]})])


def test_the_feed_says_what_roster_changed_says(office):
    said = office.district.all("SELECT topic, outbox_id, data FROM outbox WHERE topic IN ('roster.changed', 'list.changed') ORDER BY outbox_id")
    feed = office.changes(0, lists=True)
    bare = {change["event"]: {key: value for key, value in change.items() if key not in ("position", "event", "at")} for change in feed}
    assert bare == {f"outbox-{row['outbox_id']}": row["data"] for row in said} and {row["topic"] for row in said} == {"roster.changed", "list.changed"}
    positions = [int(change["position"]) for change in feed]
    assert positions == list(range(1, len(positions) + 1))
    assert office.changes(0) == [change for change in feed if "account" in change], "who does not ask for lists meets none"


def test_lists_are_told_to_who_may_read_them_and_asks(office):
    (lst,) = office.get("/lists")["lists"]
    plain = office.application("plain", "--read", "accounts,changes", "--fields", "email")
    before = office.position()
    office.cli.run("class-list", "rename", "-d", office.slug, lst["id"], "--name", "Algebra, mornings").ok()
    (told,) = office.changes(before, lists=True)
    assert (told["list"], told["kind"], told["fields"]) == (lst["id"], "update", ["title"])
    assert office.get(f"/lists/{lst['id']}")["title"] == "Algebra, mornings"
    for token in (office.token, plain):
        assert office.get(f"/changes?after={before}", token) == {"changes": [], "next": told["position"], "more": False}, "and nobody stays behind"
    assert office.ask(f"/changes?after={before}&with=lists", plain).problem == "not-permitted"
    assert office.ask("/changes?with=pupils").status == 400
    resync = lambda token: office.ask("/resync", token, method="POST", body=b"").json  # noqa: E731
    assert resync(office.token)["lists"] == f"{office.base}/lists?limit=1000" and "lists" not in resync(plain)

    ada = office.account("u1")["id"]
    office.cli.run("class-list", "remove", "-d", office.slug, lst["id"], "--person", "u1").ok()
    office.district.admin.execute("UPDATE membership SET began_on = began_on - 5 WHERE account_id = %s", [ada])
    assert ada not in {member["account"] for member in office.get(f"/lists/{lst['id']}/members")["members"]}
    of_before = {member["account"]: member for member in office.get(f"/lists/{lst['id']}/members?ended=true")["members"]}
    assert len(of_before) == 3 and of_before[ada]["until"] > of_before[ada]["since"]
    assert office.ask(f"/lists/{lst['id']}/members?ended=perhaps").status == 400
    office.cli.run("class-list", "add", "-d", office.slug, lst["id"], "--person", "u1").ok()
    assert {member["until"] for member in office.get(f"/lists/{lst['id']}/members?ended=true")["members"]} == {None}


def test_the_feed_passes_no_transaction_that_is_still_open(office):
    district, account = office.district.id, office.account("u1")["id"]
    connect = lambda: office.district.postgres.connect(  # noqa: E731
        "postgres", office.district.database, options=f"-c search_path=rollcall,pg_temp -c rollcall.district={district}")
    before = office.position()
    with connect() as first, connect() as second:
        with first.transaction():
            tell(first, district, account, "phone")
            later = threading.Thread(target=tell, args=(second, district, account, "sms"))
            later.start()
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
            wait_until(lambda: office.district.one(waiting, second.info.backend_pid), "the second waits for the first")
            assert office.changes(before) == []
        later.join(60)
    assert [change["fields"] for change in office.changes(before)] == [["phone"], ["sms"]]


def test_a_place_that_the_feed_does_not_reach_asks_for_a_resync(office):
    head = int(office.position())
    assert office.ask(f"/changes?after={head + 5}").problem == "feed-expired"
    assert office.ask("/changes?after=-1").status == office.ask("/changes?after=x").status == 400
    with office.district.postgres.connect("rollcall_scheduler", office.district.database,
                                          options=f"-c search_path=rollcall,pg_temp -c rollcall.district={office.district.id}") as connection:
        connection.execute("SELECT retention_apply('changes', now(), 100000)")
    assert office.ask("/changes?after=0").problem == "feed-expired"
    assert office.get(f"/changes?after={head}") == {"changes": [], "next": str(head), "more": False}


def change_at_random(office, seed, rounds):
    """A writer: edits and new accounts in transactions that overlap with others'."""
    chance = random.Random(seed)
    with office.district.postgres.connect("postgres", office.district.database,
                                          options=f"-c search_path=rollcall,pg_temp -c rollcall.district={office.district.id}") as connection:
        for turn in range(rounds):
            with connection.transaction():
                if chance.random() < 0.3:
                    connection.execute("SELECT application_make(%s, %s)",
                                       [office.district.id, json.dumps({"family_name": f"New {seed} {turn}"})])
                else:
                    account = connection.execute("SELECT account_id FROM account WHERE district_id = %s ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED",
                                                 [office.district.id]).fetchone()[0]
                    connection.execute("SELECT application_edit(%s, %s, %s)", [
                        office.district.id, account, json.dumps({"phone": f"{seed}-{turn}", "status": chance.choice(["active", "archived"])})])


def test_who_lists_and_then_follows_has_exactly_the_directory(office):
    writers = [threading.Thread(target=change_at_random, args=(office, seed, 40)) for seed in range(3)]
    for writer in writers:
        writer.start()
    start = office.ask("/resync", method="POST", body=b"").json
    copy = office.listing(limit=3)
    after = start["position"]
    while True:
        last = not any(writer.is_alive() for writer in writers)
        page = office.get(f"/changes?limit=5&after={after}")
        for account in {change["account"] for change in page["changes"]}:
            copy[account] = office.ask(f"/accounts/{account}").json
        after = page["next"]
        if last and not page["changes"]:
            break
    assert int(after) > int(start["position"]) + 60
    merged = lambda account: {"merged_into": account["merged_into"]} if account["merged_into"] else account  # noqa: E731
    assert {key: merged(account) for key, account in copy.items()} == {key: merged(account) for key, account in office.listing().items()}


# ---- the application's own edits -------------------------------------------------------------------------------------------------------


def test_an_edit_is_done_once_told_and_kept_in_the_history(office):
    account = office.account("u4")["id"]
    was = office.ask(f"/accounts/{account}").headers["ETag"]
    before = office.position()
    done = office.patch(account, {"email": "new@example.org", "phone": None, "grades": ["09", "10"]}, was)
    assert (done.status, done.json["email"], done.json["grades"]) == (200, "new@example.org", ["09", "10"])
    assert done.headers["ETag"] == office.ask(f"/accounts/{account}").headers["ETag"] != was
    (told,) = office.changes(before)
    assert (told["kind"], set(told["fields"]) >= {"email"}, told["origin"]) == ("update", True, "application")
    assert told["application"] == office.cli.json("application", "show", "everything")["application_id"]
    rows = {row["field"]: row for row in office.district.all("SELECT * FROM history WHERE account_id = %s AND kind = 'update'", account)}
    assert (rows["email"]["old_value"], rows["email"]["new_value"]) == ("u4@example.org", "new@example.org")
    assert rows["email"]["cause"] == "edited by the application" and str(rows["email"]["application_id"]) == told["application"]
    assert office.patch(account, {"email": "other@example.org"}, was).problem == "version-moved"
    same = office.patch(account, {"email": "new@example.org"})
    assert (same.status, same.headers["ETag"]) == (200, done.headers["ETag"]), "what says the same changes nothing"
    bare = office.ask(f"/accounts/{account}", method="PATCH", body=b"{}", Content_Type=MERGE)
    assert bare.problem == "body-refused"
    assert office.ask(f"/accounts/{account}", method="PATCH", body=b'{"email":"a@example.org"}', Content_Type=MERGE).problem == "version-missing"
    assert office.ask(f"/accounts/{account}", method="PATCH", body=b"{}", Content_Type="text/plain").problem == "media-refused"
    for body in (b"[]", b"{", b'{"email":1}', b'{"email":""}', b'{"grades":["a,b"]}', b'{"status":"gone"}', b'{"id":"x"}', b'{"email":"a","email":"b"}'):
        refused = office.ask(f"/accounts/{account}", method="PATCH", body=body, Content_Type=MERGE, If_Match="*")
        assert refused.problem == "body-refused", body
    assert office.patch(account, {"username": "x"}).problem == "not-permitted"
    office.district.compare()


def test_somebody_whom_the_application_made_is_made_once(office):
    made = office.make({"given_name": "Hand", "family_name": "Made", "email": "hand@example.org"}, "key-1")
    assert made.status == 201 and made.json["origin"] == "hand" and made.headers["Location"].endswith(made.json["id"])
    again = office.make({"given_name": "Hand", "family_name": "Made", "email": "hand@example.org"}, "key-1")
    assert (again.status, again.json) == (200, made.json)
    assert office.make({"family_name": "Else"}, "key-1").problem == "key-reused"
    assert office.make({"family_name": "Else", "email": "HAND@example.org"}, "key-2").problem == "taken"
    assert office.make({"email": "nameless@example.org"}, "key-3").problem == "body-refused"
    assert office.make({"family_name": "Else", "status": "active"}, "key-3").problem == "body-refused"
    assert office.ask("/accounts", method="POST", body=b'{"family_name":"X"}', Content_Type="application/json").problem == "version-missing"
    office.district.compare()


def test_somebody_made_with_roles_is_joined_by_their_record_and_archived_by_no_other(office):
    values = {"given_name": "Sub", "family_name": "Stitute", "email": "sub@example.org"}
    refused = [[{"role": "teacher", "school": "nowhere"}], [{"role": "teacher"}], [{"role": "pupil", "school": "s1"}], [{"role": "teacher", "school": ""}],
               [{"role": "teacher", "school": "s1", "since": "2026-01-01"}], [{"role": "teacher", "school": "s1", "source": "x"}], "teacher", ["teacher"],
               [{"role": "teacher", "school": "s1", "source": str(office.district.id)}]]
    for roles in refused:
        assert office.make({**values, "roles": roles}, "sub").problem == "body-refused", roles
    made = office.make({**values, "roles": [{"role": "teacher", "school": "s1"}, {"role": "staff", "school": "s1"}, {"role": "staff", "school": "s1"}]}, "sub")
    assert made.status == 201
    assert [(role["role"], role["school"], role["source"]) for role in made.json["roles"]] == [
        (role, "s1", str(office.district.source)) for role in ("staff", "teacher")]
    assert made.json in office.get("/accounts?role=teacher&school=s1")["accounts"]
    assert office.patch(made.json["id"], {"roles": []}, match="*").problem == "body-refused", "later the roster says them"
    history = office.cli.json("person", "history", "-d", office.slug, made.json["id"])
    assert [(row["kind"], row["cause"]) for row in history] == [("create", "made by the application everything")]
    assert '"roles": "staff@' in history[0]["to"]

    for days in (1, 3, 1):
        office.district.sync(school(ROSTER, IN_CLASS), days=days)
    assert office.get(f"/accounts/{made.json['id']}")["status"] == "active", "whom the source never had has not gone from it"
    record = user("t9", role="teacher", givenName="Sub", familyName="Stitute", email="sub@example.org")
    office.district.sync(school([*ROSTER, record], IN_CLASS), days=1)
    office.district.approve()
    joined = office.get("/accounts?email=sub@example.org")["accounts"]
    assert [(account["id"], [of["id"] for of in account["records"]]) for account in joined] == [(made.json["id"], ["t9"])], "nobody is there twice"
    office.district.compare()


def test_what_an_application_edited_is_shown_to_a_person_who_sets_it_back(office):
    account = office.account("u2")["id"]
    was = office.get(f"/accounts/{account}")["phone"]
    assert office.patch(account, {"phone": "555-0199"}).status == 200
    edit = office.cli.json("person", "history", "-d", office.slug, account)[0]
    assert (edit["cause"], edit["field"], edit["from"], edit["to"]) == ("edited by the application everything", "phone", was, "555-0199")
    before = office.position()
    act = office.cli.json("act", "edit", "-d", office.slug, "--file", "-", "--reason", "a mistake", stdin=f"account,phone\n{account},{was or '-'}\n")
    office.cli.run("act", "approve", "-d", office.slug, act["act"], "--hash", act["hash"][:12], "--yes").ok()
    assert office.district.decided()[0] == "ok"
    assert office.get(f"/accounts/{account}")["phone"] == was
    assert [(change["kind"], change["fields"], change.get("origin")) for change in office.changes(before)] == [("update", ["phone"], None)]


def test_an_edit_waits_for_a_sync_only_so_long(office):
    account = office.account("u5")["id"]
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('rollcall plan ' || %s::text, 0))"
    with office.district.postgres.connect("postgres", office.district.database) as holder, holder.transaction():
        holder.execute(lock, [office.district.id])
        put_off = office.patch(account, {"phone": "555"})
        assert (put_off.problem, put_off.headers["Retry-After"]) == ("later", "2")
    assert office.patch(account, {"phone": "555"}).status == 200


def test_who_is_archived_by_the_application_is_not_restored_by_a_sync(office):
    account = office.account("u3")["id"]
    if office.account("u3")["status"] == "archived":
        assert office.patch(account, {"status": "active"}).status == 200
    before = office.position()
    assert office.patch(account, {"status": "archived"}).json["status"] == "archived"
    assert [change["kind"] for change in office.changes(before)] == ["archive"]
    office.district.sync(school(ROSTER, IN_CLASS), days=1)
    assert office.get(f"/accounts/{account}")["status"] == "archived", "P8: a hand that archives has declined the restore"
    assert not [item for item in office.district.items() if item["kind"] == "restore" and item["subject"].endswith(("u3", account))]
    assert office.get("/accounts?status=archived&record=u3")["accounts"][0]["id"] == account, "and is shown with its status"
    assert office.patch(account, {"status": "active"}).json["status"] == "active"
    office.district.compare()


# ---- disclosures -----------------------------------------------------------------------------------------------------------------------


def test_what_was_told_of_whom_is_kept(office):
    token = office.application("nosy", "--read", "accounts,lists,changes", "--fields", "email,phone")
    nosy = office.cli.json("application", "show", "nosy")["application_id"]
    rows = lambda: office.district.all("SELECT * FROM disclosure WHERE application_id = %s ORDER BY disclosure_id", nosy)  # noqa: E731
    page = office.get("/accounts?limit=2", token)["accounts"]
    one = office.ask(f"/accounts/{page[0]['id']}", token)
    office.ask(f"/accounts/{page[0]['id']}", token, If_None_Match=one.headers["ETag"])
    office.get("/changes?after=" + office.position(), token)
    assert [[str(account) for account in row["accounts"]] for row in rows()] == [[account["id"] for account in page], [page[0]["id"]]]
    assert rows()[0]["fields"] == ["email", "phone"] and rows()[0]["route"] == "/v1/districts/{district}/accounts"
    listed = office.cli.json("application", "disclosures", "-d", office.slug, "--application", "nosy")
    assert [(line["application"], line["accounts"]) for line in listed] == [("nosy", 1), ("nosy", 2)]
    mine = office.cli.json("application", "disclosures", "-d", office.slug, "--person", page[1]["id"], "--application", "nosy")
    assert [line["fields"] for line in mine] == ["email, phone"]
    office.cli.run("application", "disclosures", "-d", office.slug).ok(2)


def test_every_route_that_reads_answers_as_it_is_described(office):
    (lst,) = office.get("/lists")["lists"]
    ids = {"district": str(office.district.id), "account": office.account("u2")["id"], "list": lst["id"]}
    reading = [path for method, path in DESCRIBED.operations() if method == "GET"]
    for path in reading:
        assert office.server.api.ask(path.format(**ids) + ("?after=" + office.position() if path.endswith("/changes") else ""), office.token).status == 200, path
    others = {(method, path.rsplit("/", 1)[1]) for method, path in DESCRIBED.operations() if method != "GET"}
    assert others == {("POST", "accounts"), ("PATCH", "{account}"), ("POST", "resync")}, "which have tests of their own"
