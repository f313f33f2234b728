"""deploy/samples/consumer behind the whole pipeline: its copy is the directory, class lists too, whatever is repeated, lost or restarted."""

import datetime
import json
import sqlite3
import sys
import urllib.request

from sis.generate import make_district
from support.paths import ROOT
from support.process import Daemon, free_port
from support.twin import Twin, today

SAMPLE = ROOT / "deploy" / "samples" / "consumer" / "consumer.py"


class Sample:
    """The sample application as a process, and what it holds."""

    def __init__(self, stack, district, folder):
        self.stack = stack
        self.port = free_port()
        server = stack.worker("roster-server", ROLLCALL_SERVER_PORT=str(self.port), ROLLCALL_ROSTER_REQUESTS_PER_MINUTE="0")
        server.start().wait_ready()
        made = stack.cli.json("application", "add", "sample", "-d", district, "--read", "accounts,guardians,lists,changes", "--fields", "all",
                              "--edit", "email")
        self.token, self.application = made["token"], made["application_id"]
        (self.district,) = stack.sql("SELECT district_id::text FROM district WHERE slug = %s", [district])[0]
        (folder / "token").write_text(self.token)
        self.copy = folder / "copy.db"
        argv = [sys.executable, SAMPLE, "--url", f"http://127.0.0.1:{self.port}", "--token-file", folder / "token", "--district", district,
                "--copy", self.copy]
        self.following = Daemon("sample", [*argv, "--kafka", stack.kafka.brokers, "--every", "3600"], folder)
        self.once = Daemon("sample-once", [*argv, "--once"], folder)

    def ask(self, path, method="GET", body=None, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/districts/{self.district}{path}", method=method, data=body)
        request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return dict(answer.headers), json.load(answer)

    def listing(self, path, name):
        found, after = [], ""
        while after is not None:
            page = self.ask(f"/{path}?limit=1000{after and '&after=' + after}")[1]
            found += page[name]
            after = page["next"]
        return found

    def directory(self):
        return {account["id"]: account for account in self.listing("accounts", "accounts")}

    def lists(self):
        return {of["id"]: {**of, "members": self.listing(f"lists/{of['id']}/members", "members")} for of in self.listing("lists", "lists")}

    def held(self, table="account"):
        with sqlite3.connect(self.copy, timeout=30) as db:
            return {of: json.loads(body) for of, body in db.execute(f"SELECT id, body FROM {table}")}

    def position(self):
        with sqlite3.connect(self.copy, timeout=30) as db:
            row = db.execute("SELECT position FROM place").fetchone()
            return row and row[0]

    def wait_alike(self):
        self.stack.wait(lambda: self.copy.exists() and self.position() and self.held() == self.directory() and self.held("list") == self.lists(),
                        "the copy is the directory")


def test_the_sample_application_has_the_directory(stack, tmp_path):
    stack.start()
    # In the last days of June, the year that is shown is the next one, whose classes are not over.
    world = make_district(9, today=today() + datetime.timedelta(days=20), students=40, schools=1)
    twin = Twin(stack, "maple-county", seed=9, world=world)
    sample = Sample(stack, "maple-county", tmp_path)
    with sample.following:  # from an empty directory; by Kafka alone, since it looks by the clock once an hour
        twin.district.first_sync()
        sample.wait_alike()
        assert len(sample.held()) > 40
        assert sum(len(of["members"]) for of in sample.held("list").values()) > 40
        first = sample.held("list")
        twin.next_day(2, changed=0.1, leave=2, new=3)
        twin.district.sync()
        sample.wait_alike()
        assert sample.held("list") != first, "who is on the lists has changed with the day"
        renamed = next(iter(first))
        stack.cli.run("class-list", "rename", "-d", "maple-county", renamed, "--name", "Called by hand").ok()
        stack.wait(lambda: sample.held("list")[renamed]["title"] == "Called by hand", "a name has come by list.changed alone")

        account = next(iter(sample.held()))
        headers, _ = sample.ask(f"/accounts/{account}")
        sample.ask(f"/accounts/{account}", "PATCH", b'{"email":"own@example.org"}', If_Match=headers["ETag"],
                   Content_Type="application/merge-patch+json")
        stack.wait(lambda: sample.held()[account]["email"] == "own@example.org", "its own edit has come back")
        (echo,) = [change for change in sample.ask("/changes?limit=1000")[1]["changes"] if change.get("origin")]
        assert (echo["application"], echo["fields"]) == (sample.application, ["email"])
        sample.following.kill()

    twin.next_day(3, changed=0.1, new=2)
    twin.district.sync()
    assert sample.held() != sample.directory()
    stack.sql("DELETE FROM change")  # away for longer than the feed is kept
    sample.once.start()
    assert sample.once.ended() == 0, sample.once.tail()
    sample.wait_alike()
    assert "own@example.org" not in stack["roster-server"].log()
