"""rollcall-roster-server against a real PostgreSQL: who may ask, what is answered, what is refused."""

import hashlib
import json
import urllib.error
import urllib.request

import pytest
from support.process import free_port
from support.worker import Worker

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


class Api:
    """The server's HTTP side, asked with a token."""

    def __init__(self, port):
        self.port = port

    def ask(self, path, token=None, method="GET", body=None, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, data=body)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())


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
