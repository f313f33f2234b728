"""A district whose runs are played by hand: lanes by the protocol's own functions, batches given to the reconciler's first half
(tests/support/reconciler_driver.c), days by setting the run's date. What a source sends is a dict: collection -> list of records."""

import datetime
import hashlib
import json
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
from psycopg.rows import dict_row
from support.paths import program
from support.worker import clean_environment

COLLECTIONS = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")
LONG = "2026-01-01T00:00:00Z"
YEAR = {"startDate": "2026-08-01", "endDate": str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=200))}     # of a term that runs, whenever this is played


def record(sourced_id, modified=LONG, deleted=False, **body):
    """A record as the normalizer would send it."""
    entry = {"id": sourced_id, "hash": digest(body), "body": body}
    if modified:
        entry["modified"] = modified
    if deleted:
        entry["deleted"] = True
    if "user" in body:
        entry.update(user=body["user"], **{"class": body["class"]})
    return entry


def digest(body):
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).hexdigest()


def dropped(sourced_id):
    """A record whose values an error dropped; '' for an id that could not be read."""
    return {"dropped": True, **({"id": sourced_id} if sourced_id else {})}


def user(sourced_id, role="student", org="s1", agents=(), **fields):
    body = {"givenName": "Ada", "familyName": sourced_id, "enabled": True, "roles": [{"role": role, "org": org}], **fields}
    if agents:
        body["agents"] = list(agents)
    modified = body.pop("modified", LONG)
    deleted = body.pop("deleted", False)
    return record(sourced_id, modified, deleted, **body)


def enrollment(sourced_id, who, klass, role="student", **fields):
    return record(sourced_id, user=who, **{"class": klass}, role=role, school="s1", **fields)


def school(users=(), enrollments=(), **others):
    """A small whole roster around some people."""
    roster = {
        "orgs": [record("s1", name="School", type="school")],
        "academicSessions": [record("t1", title="Term", type="term", **YEAR)],
        "courses": [record("k1", title="Course", org="s1")],
        "classes": [record("c1", title="Class", course="k1", school="s1", terms=["t1"])],
        "users": list(users),
        "enrollments": list(enrollments),
    }
    roster.update(others)
    return roster


class Driver:
    """One process of the reconciler's first half, with one database connection."""

    def __init__(self, url, program_name="reconciler-driver", **env):
        self.log = tempfile.TemporaryFile("w+")     # a pipe that nobody reads would fill, and the process wait for ever
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", str(program(program_name)), url], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=clean_environment(env))

    def give(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def answer(self):
        """Status and milliseconds; None when the process has ended."""
        line = self.process.stdout.readline()
        if not line:
            return None
        status, millis, text = (line.rstrip("\n").split(" ", 2) + [""])[:3]
        return status, int(millis), text

    def hand(self, message):
        self.give(message)
        return self.answer()

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        with self.log as log:
            log.seek(0)
            return code, log.read()


class District:
    """By default alone in its database, with a process of its own; several may share both: each then has its slug, and driver is whose it uses."""

    def __init__(self, postgres, database, page_size=100, slug="maple", driver=None):
        self.postgres, self.database, self.page_size = postgres, database, page_size
        self.admin = postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)
        self.id = self.one("INSERT INTO district (slug, name, time_zone) VALUES (%s, %s, 'UTC') RETURNING district_id", slug, slug.title())
        self.admin.execute(f"SET rollcall.district = '{self.id}'")
        self.admin.execute("INSERT INTO district_key (district_id, hash_key) VALUES (%s, %s)", [self.id, b"0123456789abcdef"])
        self.source = self.one(
            "INSERT INTO source (district_id, name, base_url, auth, verify) VALUES (%s, 'sis', 'http://sis.invalid', 'oauth2', false) "
            "RETURNING source_id", self.id)
        self.day = datetime.date(2026, 9, 1)
        self.offset = 0
        self._drivers = []
        self._driver = driver

    # ---- the database ----

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def all(self, query, *values):
        return self.admin.execute(query, values).fetchall()

    def mirror(self, sourced_id, collection="users"):
        rows = self.all("SELECT * FROM mirror_record WHERE sourced_id = %s AND collection = %s", sourced_id, collection)
        return rows[0] if rows else None

    def version(self, sourced_id, collection="users"):
        return self.mirror(sourced_id, collection)["version"]

    def run_row(self, run):
        return self.all("SELECT * FROM run WHERE run_id = %s", run)[0]

    def said(self, topic):
        return self.one("SELECT count(*) FROM outbox WHERE topic = %s", topic)

    def findings(self, run, rule=None):
        rows = self.all("SELECT * FROM finding WHERE run_id = %s ORDER BY finding_id", run)
        return [row for row in rows if rule in (None, row["rule"])]

    def collection(self, run, name="users"):
        return self.all("SELECT * FROM run_collection WHERE run_id = %s AND collection = %s", run, name)[0]

    # ---- processes ----

    def new_driver(self, **env):
        driver = Driver(self.postgres.url("rollcall_reconciler", self.database), **env)
        self._drivers.append(driver)
        return driver

    @property
    def driver(self):
        if self._driver is None:
            self._driver = self.new_driver()
        return self._driver

    def close(self):
        for driver in self._drivers:
            if driver.process.poll() is None:
                code, error = driver.close()
                assert code == 0, error
        self.admin.close()

    # ---- a run, played ----

    def begin(self, only=COLLECTIONS, **settings):
        """A fetching run of today, its lanes open."""
        run = self.one("SELECT run_request(%s, 'somebody')", self.source)
        assert self.one("SELECT run_begin(%s)", run)
        self.admin.execute("UPDATE run SET snapshot_on = %s WHERE run_id = %s", [self.day, run])
        self.admin.execute("DELETE FROM lane WHERE run_id = %s AND collection <> ALL (%s)", [run, list(only)])
        self.admin.execute("DELETE FROM run_collection WHERE run_id = %s AND collection <> ALL (%s)", [run, list(only)])
        for name, value in settings.items():
            self.admin.execute(f"UPDATE run SET {name} = %s WHERE run_id = %s", [value, run])
        self.admin.execute("DELETE FROM outbox")
        return run

    def pages(self, run, collection, records, pass_=1):
        """The records cut into pages: [(page id, [records])]."""
        cut = [records[at:at + self.page_size] for at in range(0, len(records), self.page_size)]
        return [(hashlib.md5(f"{run}{collection}{pass_}{number}".encode()).hexdigest(), page) for number, page in enumerate(cut)]

    def list_pages(self, run, collection, pages, end="sealed", total=None, reason=None):
        """The lane's one step: takes it, lists its pages, ends it."""
        lane = self.all("SELECT l.* FROM lane l JOIN run_collection c USING (district_id, run_id, collection, pass) "
                        "WHERE run_id = %s AND collection = %s", run, collection)[0]
        take = self.one("SELECT take FROM lane_take(%s, %s, %s, 'somebody', 60000)", lane["lane_id"], lane["pass"], lane["step"])
        facts = [{"id": page, "digest": page, "cursor": str(at), "count": len(records)} for at, (page, records) in enumerate(pages)]
        return self.one("SELECT lane_step(%s, %s, %s, %s, %s, 'end', %s, NULL, 100, %s, %s)", lane["lane_id"], take, lane["pass"],
                        lane["step"], json.dumps(facts), total, end, reason)

    def batch(self, run, collection, page, records, part=1, parts=1, normalizer="1", findings=(), pass_=1):
        """The message of batch.normalized for a page."""
        self.offset += 1
        good = [dict(entry, place=place) for place, entry in enumerate(records) if "dropped" not in entry]
        bad = [{"place": place, **({"id": entry["id"]} if "id" in entry else {})}
               for place, entry in enumerate(records) if "dropped" in entry]
        facts = {"page": page, "collection": collection, "pass": pass_, "lane": 0, "cursor": "0", "normalizer": normalizer,
                 "part": part, "parts": parts, "count": len(records)}
        return {"topic": "batch.normalized", "district": str(self.id), "run": str(run), "offset": str(self.offset),
                "payload": {"batch": facts, "records": good, "dropped": bad, "findings": list(findings)}}

    def hand(self, message, status="ok"):
        answer = self.driver.hand(message)
        assert answer is not None and answer[0] == status, answer
        return answer

    def ready(self, run):
        """snapshot.ready, as the relay would send it."""
        return self.hand({"topic": "snapshot.ready", "district": str(self.id), "run": str(run)})

    def fetch(self, run, roster, unsealed=(), totals=None):
        """Every collection's pages staged and listed."""
        for collection in roster:
            pages = self.pages(run, collection, roster[collection])
            for page, records in pages:
                self.hand(self.batch(run, collection, page, records))
            total = (totals or {}).get(collection)
            self.list_pages(run, collection, pages, "unsealed" if collection in unsealed else "sealed", total,
                            "the source stopped" if collection in unsealed else None)

    # ---- asking by id (C4), played ----

    def verify(self, on=True):
        self.admin.execute("UPDATE source SET verify = %s", [on])

    def asked(self, run):
        """Whom the run asks for, and who is asked to tell whether the source answers at all."""
        rows = self.all("SELECT * FROM verify_person WHERE run_id = %s ORDER BY place", run)
        return [row["sourced_id"] for row in rows if not row["control"]], [row["sourced_id"] for row in rows if row["control"]]

    def answer(self, run, active=(), deleted=(), unknown=(), control="found", end="sealed"):
        """The lane that verifies: its answers committed, its page staged, the run told."""
        said = {**dict.fromkeys([entry["id"] for entry in (*active, *deleted)], "found"), **dict.fromkeys(unknown, "unknown")}
        for sourced_id in self.asked(run)[1] if control else ():
            said[sourced_id] = control
        for sourced_id, word in said.items():
            self.admin.execute("UPDATE verify_person SET answer = %s WHERE run_id = %s AND sourced_id = %s", [word, run, sourced_id])
        pages = self.pages(run, "verify", [*active, *deleted])
        for page, records in pages:
            self.hand(self.batch(run, "users", page, records))
        self.list_pages(run, "verify", pages, end)
        self.ready(run)

    def sync(self, roster, days=0, unsealed=(), totals=None, **settings):
        """A whole run up to the mirror, `days` after the last one."""
        self.day += datetime.timedelta(days=days)
        run = self.begin(tuple(roster), **settings)
        self.fetch(run, roster, unsealed, totals)
        self.ready(run)
        self.admin.execute("UPDATE run SET finished_at = now(), phase = 'done' WHERE run_id = %s AND phase = 'mirrored'", [run])
        return run


def together(*acts):
    """Runs the acts at the same moment, each on its own thread; gives their results, or raises what one raised."""
    gate = threading.Barrier(len(acts))

    def one(act):
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(one, act) for act in acts]
        return [result.result() for result in running]


__all__ = ["YEAR", "District", "Driver", "dropped", "enrollment", "psycopg", "record", "school", "together", "user"]
