"""The pretend Clever: its token list, Data API and feed of events for districts that live in memory.

    with clever.running() as server:
        district = server.add(clever_world.make(students=20))
        server.url, server.token_url    # for `rollcall source add --kind clever`

What it answers is in reference to Clever's own descriptions: rows of lists are wrapped twice, the next link is a path with
the version and the cursor alone, nobody is told more than who asks may see.
"""

import base64
import contextlib
import copy
import json
import re
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qsl, urlsplit

CLIENT, SECRET = "rollcall-at-clever", "made-up-clever-secret"
KINDS = ("schools", "terms", "courses", "sections", "users")
_LARGEST_LIMIT = 10000
_WINDOW_S = 60


class District:
    """One district as Clever shows it to one application."""

    def __init__(self, world, token="token-1"):
        self.world = world
        self.token = token
        self.listed = True      # on the token list
        self.events_on = True
        self.hidden = set()     # ids of records that are not shared, though others name them
        self.events = []
        self._events = 0

    @property
    def id(self):
        """Clever's id of the district."""
        return self.world["districts"][0]["id"]

    def rows(self, kind):
        """What is shared of a kind, in the order of ids."""
        return sorted((row for row in self.world[kind] if row["id"] not in self.hidden), key=lambda row: row["id"])

    def show(self, world):
        """Another day: the feed tells what became of each record."""
        before = {kind: {row["id"]: row for row in self.rows(kind)} for kind in KINDS}
        self.world = world
        for kind in KINDS:
            after = {row["id"]: row for row in self.rows(kind)}
            for key in sorted(before[kind].keys() | after.keys()):
                self._tell(kind, before[kind].get(key), after.get(key))

    def _tell(self, kind, was, now):
        if was == now:
            return
        verb = "created" if was is None else "deleted" if now is None else "updated"
        data = {"object": copy.deepcopy(now or was)}
        if verb == "updated":
            data["previous_attributes"] = {name: was.get(name) for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
        self._events += 1
        created = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{self._events % 1000:03}Z"
        self.events.append({"id": f"{self._events:024x}", "type": f"{kind}.{verb}", "created": created, "data": data})

    def forget_events(self):
        """As after thirty days: a cursor from before is refused."""
        self.events = []


class _Answer(Exception):
    """Ends a request."""

    def __init__(self, status, body=b"", content_type="application/json", headers=()):
        super().__init__(status)
        self.status, self.body, self.content_type, self.headers = status, body, content_type, list(headers)


def _json(status, value, headers=()):
    return _Answer(status, json.dumps(value, separators=(",", ":")).encode(), headers=headers)


class CleverServer(ThreadingHTTPServer):
    """The listening server; all of its state may be changed while it answers."""

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.lock = threading.RLock()
        self.districts = []
        self.requests = Counter()   # path without the cursor
        self.queries = []           # (path, {name: value}), in order
        self.faults = []            # [path, status, how often]
        self.held = None            # (path, at which request of it, set when that came, set to let it go on)
        self.limit = 1200           # requests of a token in a window
        self.used = Counter()
        self.reset_at = time.time() + _WINDOW_S

    def server_bind(self):
        """Binds without asking a name server who we are."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    @property
    def url(self):
        """Where the Data API is reached."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def token_url(self):
        """Where tokens are listed."""
        return f"{self.url}/oauth/tokens"

    def add(self, world, **how):
        """A district that shares this world."""
        district = District(world, **how)
        with self.lock:
            self.districts.append(district)
        return district

    def fail(self, path, status, times=1):
        """The next so many requests for the path are answered with this status."""
        with self.lock:
            self.faults.append([path, status, times])

    def hold(self, path, number):
        """The number-th request from now for the path is not answered until the second of the two events is set; the first tells
        that it came."""
        with self.lock:
            self.held = (path, self.requests[path] + number, threading.Event(), threading.Event())
            return self.held[2:]

    def open_window(self, limit, seconds):
        """A window of so many requests and seconds begins."""
        with self.lock:
            self.limit, self.reset_at = limit, time.time() + seconds
            self.used.clear()

    def handle_error(self, request, client_address):
        """Clients that go away are no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        try:
            self._note()
            with self.server.lock:
                self._answer()
        except _Answer as answer:
            self._send(answer)

    def _note(self):
        """Counts the request, and holds it where it is to be held."""
        parts = urlsplit(self.path)
        with self.server.lock:
            self.server.requests[parts.path] += 1
            self.server.queries.append((parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))))
            held = self.server.held
            if held is None or held[:2] != (parts.path, self.server.requests[parts.path]):
                return
        held[2].set()
        held[3].wait(300)

    def log_message(self, format, *args):
        """Says nothing."""

    def _send(self, answer):
        self.send_response(answer.status)
        if answer.body:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _answer(self):
        parts = urlsplit(self.path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = dict(pairs)
        self._fault(parts.path)
        if parts.path == "/oauth/tokens":
            self._tokens(query)
        found = re.fullmatch(r"/v3\.1/([a-z]+)(?:/([0-9a-f]+))?", parts.path)
        if not found or found[1] not in (*KINDS, "districts", "events"):
            raise _Answer(404, b"<!DOCTYPE html><title>Not found</title>", "text/html")
        district = self._district()
        if found[2]:
            self._one(district, *found.groups())
        self._list(district, found[1], query, [value for name, value in pairs if name == "record_type"])

    def _fault(self, path):
        for fault in self.server.faults:
            if fault[0] == path and fault[2] > 0:
                fault[2] -= 1
                raise _Answer(fault[1], b"<html>bad gateway</html>" if fault[1] >= 500 else b"", "text/html")

    def _tokens(self, query):
        due = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != due:
            raise _json(401, {"message": "unauthorized"})
        rows = [{"id": f"{n:024x}", "created": "2026-08-01T00:00:00.000Z", "owner": {"type": "district", "id": district.id},
                 "access_token": district.token, "scopes": ["read:sis"]}
                for n, district in enumerate(self.server.districts)
                if district.listed and query.get("district", district.id) == district.id]
        raise _json(200, {"data": rows, "links": [{"rel": "self", "uri": "/oauth/tokens"}]})

    def _district(self):
        """Whose token it is; each token has so many requests in a window."""
        given = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        for district in self.server.districts:
            if district.token == given and district.listed:
                self._count(given)
                return district
        raise _json(401, {"message": "invalid token"})

    def _count(self, token):
        server = self.server
        if time.time() >= server.reset_at:
            server.open_window(1200, _WINDOW_S)
        server.used[token] += 1
        if server.used[token] > server.limit:
            raise _Answer(429, headers=[("X-RateLimit-Limit", str(server.limit)), ("X-RateLimit-Remaining", "0"),
                                        ("X-RateLimit-Reset", str(int(server.reset_at) + 1)), ("X-RateLimit-Bucket", "a token's")])

    @staticmethod
    def _one(district, kind, key):
        for row in district.rows(kind) if kind in KINDS else district.world.get(kind, []):
            if row["id"] == key:
                raise _json(200, {"data": row, "links": [{"rel": "self", "uri": f"/v3.1/{kind}/{key}"}]})
        raise _json(404, {"message": "Resource not found"})

    def _list(self, district, kind, query, record_types):
        limit = int(query.get("limit", 100))
        if limit > _LARGEST_LIMIT:
            raise _json(413, {"message": "limit is too large"})
        rows = self._rows(district, kind, query, record_types)
        after, before = query.get("starting_after"), query.get("ending_before")
        if before == "last":
            rows = rows[-limit:]
            more = False
        else:
            rows = [row for row in rows if after is None or row["id"] > after]
            rows, more = rows[:limit], len(rows) > limit
        links = [{"rel": "self", "uri": f"/v3.1/{kind}"}]
        if more:
            links.append({"rel": "next", "uri": f"/v3.1/{kind}?starting_after={rows[-1]['id']}"})
        if kind in ("courses", "terms"):    # said to come without their wrapper
            wrapped = rows
        else:
            wrapped = [{"data": row, "links": [{"rel": "self", "uri": f"/v3.1/{kind}/{row['id']}"}]} for row in rows]
        raise _json(200, {"data": wrapped, "links": links}, [("X-RateLimit-Remaining", "1000")])

    @staticmethod
    def _rows(district, kind, query, record_types):
        if kind == "districts":
            return district.world["districts"]
        if kind != "events":
            return district.rows(kind)
        if not district.events_on:
            raise _json(404, {"message": "Resource not found"})
        after = query.get("starting_after")
        if after is not None and after not in [event["id"] for event in district.events]:
            raise _json(400, {"message": "no such event"})
        return [event for event in district.events if not record_types or event["type"].split(".")[0] in record_types]


@contextlib.contextmanager
def running(port=0):
    """A server in a thread of this process."""
    with CleverServer(port) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
