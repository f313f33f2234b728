#!/usr/bin/env python3
"""A sample application: keeps a copy of one district's directory in a file of SQLite.

It lists everybody and every class list once (a resync), then follows the feed of changes; a message of roster.changed or list.changed on
Kafka is only a reason to look at the feed at once, and so is a webhook. So a message that comes twice, late, out of order or never changes
nothing but the time. README.md says why.
"""

import argparse
import base64
import hashlib
import hmac
import json
import queue
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = 500
TRIES = 10
TOLERANCE = 300  # seconds that a webhook's time may be off
LARGEST = 4 * 1024 * 1024  # bytes of a webhook's body
FORM = 2  # of the copy; one of another form is made anew
TOPICS = ["rollcall.roster.changed.v1", "rollcall.list.changed.v1"]


class Expired(Exception):
    """The feed does not reach back to our position: begin anew."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Directory:
    """The API of rollcall-roster-server for one district."""

    def __init__(self, url: str, token: str, district: str):
        self.url = url.rstrip("/")
        self.token = token
        self.opener = urllib.request.build_opener(_NoRedirect)
        self.district = self.find(district)
        self.base = f"/v1/districts/{self.district}"

    def find(self, name: str) -> str:
        """A district's id, by that or by its slug, as `rollcall district list` shows it."""
        known = self.ask("/v1/districts")[1]["districts"]
        for district in known:
            if name in (district["id"], district["slug"]):
                return district["id"]
        slugs = ", ".join(district["slug"] for district in known) or "none"
        raise SystemExit(f"the token may not ask about the district {name!r}; it may about: {slugs}")

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict]:
        """Status and body. What is away or busy is asked again; what is refused for good ends the program."""
        for attempt in range(TRIES):
            request = urllib.request.Request(self.url + path, method=method, data=b"" if method == "POST" else None)
            request.add_header("Authorization", f"Bearer {self.token}")
            try:
                with self.opener.open(request, timeout=60) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                body = json.loads(error.read() or b"{}")
                if error.code in (308, 404):
                    return error.code, body
                if body.get("type") == "urn:rollcall:problem:feed-expired":
                    raise Expired from None
                if error.code not in (429, 503):
                    raise SystemExit(f"refused: {error.code} {body.get('title', '')}: {body.get('detail', '')}") from None
                time.sleep(float(error.headers.get("Retry-After", 1)))
            except OSError:
                time.sleep(min(2**attempt * 0.1, 5))
        raise SystemExit(f"{self.url} does not answer")

    def resync(self) -> str:
        return self.ask(f"{self.base}/resync", "POST")[1]["position"]

    def pages(self, path: str, name: str):
        """Pages of a listing."""
        after = ""
        while after is not None:
            page = self.ask(f"{self.base}/{path}?limit={PAGE}" + (f"&after={after}" if after else ""))[1]
            yield page[name]
            after = page["next"]

    def account(self, account: str) -> dict | None:
        """The account; where it was merged, that it leads to another one; None where there is none."""
        status, body = self.ask(f"{self.base}/accounts/{account}")
        return None if status == 404 else body

    def members(self, of: str) -> list[dict]:
        """Who is in a list now."""
        return [member for page in self.pages(f"lists/{of}/members", "members") for member in page]

    def list(self, of: str) -> dict:
        """A list with its members. What changes between the two readings is told by the feed, and read again."""
        return {**self.ask(f"{self.base}/lists/{of}")[1], "members": self.members(of)}

    def changes(self, after: str) -> dict:
        return self.ask(f"{self.base}/changes?limit={PAGE}&with=lists&after={after}")[1]


class Copy:
    """Our own tables of accounts and lists, and how far they have come. All move in one transaction, so a crash costs a page at most."""

    def __init__(self, path: Path):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS account (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
        self.db.execute("CREATE TABLE IF NOT EXISTS list (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
        self.db.execute("CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT NOT NULL)")
        if self.db.execute("PRAGMA user_version").fetchone()[0] != FORM:
            self.forget()
            self.db.execute(f"PRAGMA user_version = {FORM}")

    def position(self) -> str | None:
        row = self.db.execute("SELECT position FROM place").fetchone()
        return row and row[0]

    def forget(self) -> None:
        """Before a resync: until it ends there is no position, so a crash begins it anew."""
        with self.db:
            self.db.execute("DELETE FROM place")
            self.db.execute("DELETE FROM account")
            self.db.execute("DELETE FROM list")

    def store(self, accounts: dict[str, dict | None], lists: dict[str, dict] | None = None, position: str | None = None) -> None:
        with self.db:
            for account, body in accounts.items():
                if body is None:
                    self.db.execute("DELETE FROM account WHERE id = ?", [account])
                else:
                    self.db.execute("INSERT OR REPLACE INTO account VALUES (?, ?)", [account, json.dumps(body, sort_keys=True)])
            for of, body in (lists or {}).items():
                self.db.execute("INSERT OR REPLACE INTO list VALUES (?, ?)", [of, json.dumps(body, sort_keys=True)])
            if position is not None:
                self.db.execute("INSERT OR REPLACE INTO place VALUES (1, ?)", [position])


def resync(directory: Directory, copy: Copy) -> None:
    """The position first, then everything: whatever changes while we list comes after the position."""
    position = directory.resync()
    copy.forget()
    for page in directory.pages("accounts", "accounts"):
        copy.store({account["id"]: account for account in page})
    for page in directory.pages("lists", "lists"):
        copy.store({}, {body["id"]: {**body, "members": directory.members(body["id"])} for body in page})
    copy.store({}, position=position)


def follow(directory: Directory, copy: Copy) -> None:
    """Up to the end of the feed. A change says who, the account says what: so many changes of one account cost one reading, and one that
    was already read is read again, which changes nothing; and so with lists. Our own edits come too (origin: application): they have a new
    version."""
    more = True
    while more:
        page = directory.changes(copy.position())
        accounts = {change["account"] for change in page["changes"] if "account" in change}
        lists = {change["list"] for change in page["changes"] if "list" in change}
        copy.store({account: directory.account(account) for account in accounts}, {of: directory.list(of) for of in lists}, page["next"])
        more = page["more"]


def catch_up(directory: Directory, copy: Copy) -> None:
    try:
        if copy.position() is None:
            resync(directory, copy)
        follow(directory, copy)
    except Expired:
        resync(directory, copy)
        follow(directory, copy)


def signed(secret: str, headers, body: bytes) -> bool:
    """Is it of Rollcall's hand, and of now? Standard Webhooks: while a secret is replaced there are two signatures, and ours is one."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    ours = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(ours.encode(), theirs.encode()) for theirs in headers.get("webhook-signature", "").split(" "))


class Door:
    """Where webhooks come in. What is signed is noted and answered at once: reading takes its time, and a message that waits for it is sent
    again. TLS is left to a proxy in front."""

    def __init__(self, port: int, secret: str):
        self.secret = secret
        self.rings: queue.SimpleQueue[str] = queue.SimpleQueue()
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size) if size <= LARGEST else b""
                self.send_response(door.take(self.headers, body))
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body: bytes) -> int:
        if not signed(self.secret, headers, body):
            return 401
        self.rings.put(json.loads(body)["type"])
        return 204


class Bell:
    """Rings when Kafka tells of our district, or a webhook does; without either, by the clock alone."""

    def __init__(self, brokers: str | None, group: str, district: str, door: Door | None = None):
        self.district = district
        self.door = door
        self.consumer = None
        if brokers:
            from confluent_kafka import Consumer

            self.consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, "auto.offset.reset": "earliest"})
            self.consumer.subscribe(TOPICS)

    def _ours(self, message) -> bool:
        return bool(message and not message.error() and dict(message.headers() or []).get("rc_district") == self.district.encode())

    def wait(self, seconds: float) -> str | None:
        """Until it rings, or so long; a webhook's type."""
        until = time.monotonic() + seconds
        if self.door:
            try:
                return self.door.rings.get(timeout=seconds)
            except queue.Empty:
                return None
        if not self.consumer:
            time.sleep(seconds)
            return None
        while time.monotonic() < until:
            if any([self._ours(message) for message in self.consumer.consume(1000, timeout=0.5)]):
                return None
        return None


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--url", required=True, help="of rollcall-roster-server, or of the proxy before it")
    words.add_argument("--token-file", required=True, type=Path)
    words.add_argument("--district", required=True, help="its slug or id")
    words.add_argument("--copy", required=True, type=Path, help="the file to keep the copy in")
    words.add_argument("--kafka", help="brokers; without them the feed is asked by the clock alone")
    words.add_argument("--group", default="sample-consumer")
    words.add_argument("--listen", type=int, help="the port that webhooks come to, on 127.0.0.1; instead of Kafka")
    words.add_argument("--secret-file", type=Path, help="what `rollcall webhook set` showed; with --listen")
    words.add_argument("--every", type=float, default=30, help="seconds between two looks at the feed")
    words.add_argument("--once", action="store_true", help="catch up, then end")
    said = words.parse_args()
    directory = Directory(said.url, said.token_file.read_text().strip(), said.district)
    copy = Copy(said.copy)
    if said.once:
        catch_up(directory, copy)
        return 0
    if said.listen is not None and not said.secret_file:
        words.error("--listen needs --secret-file")
    door = Door(said.listen, said.secret_file.read_text().strip()) if said.listen is not None else None
    bell = Bell(said.kafka, said.group, directory.district, door)
    while True:
        catch_up(directory, copy)
        if bell.wait(said.every) == "roster.resync":
            resync(directory, copy)


if __name__ == "__main__":
    sys.exit(main())
