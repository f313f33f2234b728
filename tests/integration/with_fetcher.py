"""The fetcher as its users run it, between a pretend SIS, Kafka, PostgreSQL and Redis. What follows it is played: a thread stages every
listed page and says due lanes, as the reconciler and the scheduler would."""

import hashlib
import json
import threading
import uuid
from dataclasses import replace

import psycopg
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import NewTopic
from psycopg.rows import dict_row, tuple_row
from sis.client import Sis
from sis.version_12 import as_12
from support import seal
from support.process import wait_until
from support.worker import Worker

TOPICS = ("run.requested", "fetch.requested", "page.fetched", "alert.raised", "dead.letter", "snapshot.ready", "run.finished")
PARTITIONS = 3
COLLECTIONS = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")
CREDENTIALS = ("key-1", "s3cret&/")
AUTHS = {
    "oauth1-sha1": {"kind": "oauth1", "key": "key-1", "secret": "s3cret&/", "methods": ["HMAC-SHA1"]},
    "oauth1-sha256": {"kind": "oauth1", "key": "key-1", "secret": "s3cret&/", "methods": ["HMAC-SHA256"]},
    "oauth2": {"kind": "oauth2", "client_id": "key-1", "secret": "s3cret&/"},
}
FAST = {
    "ROLLCALL_FETCH_RETRY_BASE": "20ms", "ROLLCALL_FETCH_RETRY_CAP": "200ms", "ROLLCALL_FETCH_LEASE": "1s",
    "ROLLCALL_FETCH_TASK_PAGES": "3", "ROLLCALL_FETCH_TIMEOUT": "5s", "ROLLCALL_STAGE_PARALLEL": "3", "ROLLCALL_LOG_LEVEL": "debug",
}


def topic(name):
    return f"rollcall.{name}.v1"


def make_topics(kafka):
    """The topics, and the group's first offsets, as `rollcall topics apply` leaves them."""
    known = kafka.topics()
    missing = [NewTopic(topic(name), PARTITIONS, 1, config={"max.message.bytes": "17000000"}) for name in TOPICS if topic(name) not in known]
    admin = kafka.admin()
    for done in (admin.create_topics(missing) if missing else {}).values():
        done.result(30)
    consumer = Consumer({"bootstrap.servers": kafka.brokers, "group.id": "rollcall-fetcher"})
    places = [TopicPartition(topic(name), part) for name in ("run.requested", "fetch.requested") for part in range(PARTITIONS)]
    unset = [place for place in consumer.committed(places, timeout=20) if place.offset < 0]
    for place in unset:
        place.offset = 0
    if unset:
        wait_until(lambda: _committed(consumer, unset), "the group's first offsets are committed", 30)
    consumer.close()


def _committed(consumer, places):
    try:
        consumer.commit(offsets=places, asynchronous=False)
    except Exception:  # noqa: BLE001: members of the last test may still be there
        return False
    return True


class Scene:
    """One district, its pretend SIS, and fetchers."""

    def __init__(self, postgres, database, kafka, redis, server, world, folder, auth="oauth2", page_size=25, demographics=False,
                 version="1.1", resources=False):
        self.kafka, self.redis, self.folder = kafka, redis, folder
        new = as_12(world)
        self.world = new if version == "1.2" else replace(world, collections={**world.collections, "resources": new["resources"]})
        self.postgres, self.database = postgres, database
        self.sis = Sis(server.url)
        self.name = f"d{uuid.uuid4().hex[:10]}"
        self.sis.put(self.name, world={"collections": self.world.collections}, auth=AUTHS[auth], version=version)
        self.admin = self._connect("postgres")
        self.id = self.one("INSERT INTO district (slug, name) VALUES (%s, 'Maple') RETURNING district_id", self.name)
        self.admin.execute(f"SET rollcall.district = '{self.id}'")
        self.source = self.one(
            "INSERT INTO source (district_id, name, base_url, auth, token_url, page_size, demographics, version, resources) "
            "VALUES (%s, 'sis', %s, %s, %s, %s, %s, %s, %s) RETURNING source_id",
            self.id, self.sis.base_url(self.name, version), auth, self.sis.token_url(self.name), page_size, demographics, version, resources)
        for name, value in zip(("client_id", "client_secret"), CREDENTIALS):
            self.set_credential(name, value)
        self.workers = []
        self._over = threading.Event()
        self.staging = True
        self._player = threading.Thread(target=self._play, daemon=True)
        self._player.start()

    # ---- the database ----

    def _connect(self, role):
        return self.postgres.connect(role, self.database, options="-c search_path=rollcall,pg_temp", row_factory=dict_row)

    def reconnect(self):
        """After PostgreSQL was away."""
        self.admin.close()
        self.admin = self._connect("postgres")
        self.admin.execute(f"SET rollcall.district = '{self.id}'")

    def one(self, query, *values):
        row = self.admin.execute(query, values).fetchone()
        return next(iter(row.values())) if row else None

    def all(self, query, *values):
        return self.admin.execute(query, values).fetchall()

    def set_credential(self, name, value):
        self.admin.execute("INSERT INTO source_credential (district_id, source_id, name, value) VALUES (%s, %s, %s, %s) "
                           "ON CONFLICT (district_id, source_id, name) DO UPDATE SET value = excluded.value",
                           [self.id, self.source, name, value.encode()])

    # ---- what stands around the fetcher ----

    def _play(self):
        """Stages listed pages and says due lanes until the scene is over, through outages of PostgreSQL."""
        while not self._over.wait(0.1):
            try:
                self._play_connected()
            except psycopg.OperationalError:
                continue

    def _play_connected(self):
        with self._connect("rollcall_reconciler") as reconciler, self._connect("rollcall_scheduler") as scheduler:
            for connection in (reconciler, scheduler):
                connection.execute(f"SET rollcall.district = '{self.id}'")
            while not self._over.wait(0.05):
                if self.staging:
                    self._stage(reconciler)
                for row in scheduler.execute("SELECT lane_id FROM lanes_due(50) WHERE district_id = tenant()").fetchall():
                    scheduler.execute("SELECT lane_emit(%s)", [row["lane_id"]])

    @staticmethod
    def _stage(connection):
        runs = connection.execute("SELECT run_id FROM run WHERE phase IN ('fetching', 'verifying') AND NOT parked").fetchall()
        for run in [row["run_id"] for row in runs]:
            with connection.transaction():
                if not connection.execute("SELECT run_holds(%s) AS held", [run]).fetchone()["held"]:
                    continue
                connection.execute("INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version) "
                                   "SELECT tenant(), %s, page_id, '1' FROM run_missing(%s) ON CONFLICT DO NOTHING", [run, run])
                connection.execute("SELECT run_test_ready(%s), run_wake(%s)", [run, run])

    def environment(self, **more):
        return {**FAST, "ROLLCALL_KAFKA_BROKERS": self.kafka.brokers, "ROLLCALL_REDIS_URL": self.redis.url,
                "ROLLCALL_DATABASE_URL": self.postgres.url("rollcall_fetcher", self.database), **more}

    def fetcher(self, **more):
        """One more fetcher, started."""
        worker = Worker("rollcall-fetcher", self.environment(**more), self.folder, f"fetcher-{len(self.workers)}")
        self.workers.append(worker)
        return worker.start()

    # ---- a run ----

    def request(self):
        return self.one("SELECT run_request(%s, 'somebody')", self.source)

    def row(self, run):
        return self.all("SELECT * FROM run WHERE run_id = %s", run)[0]

    def wait(self, run, seconds=180, phase="ready"):
        """Until the run is ready (or parked, for phase None)."""
        def there():
            row = self.row(run)
            return row["parked"] if phase is None else row["phase"] == phase
        wait_until(there, f"the run is {phase or 'parked'}", seconds, 0.1)
        return self.row(run)

    def collections(self, run):
        return {row["collection"]: row for row in self.all("SELECT * FROM run_collection WHERE run_id = %s", run)}

    def sent(self, run):
        """Pages in Kafka by id; the digest is that of the bytes."""
        pages = {}
        for record in self.kafka.records(topic("page.fetched")):
            if record.headers["rc_run"] == str(run):
                with self._connect("postgres") as connection:
                    connection.row_factory = tuple_row
                    record.value = seal.opened(connection, record)
                assert record.headers["rc_digest"] == hashlib.blake2b(record.value, digest_size=16).hexdigest()
                pages[record.headers["rc_page"]] = record
        return pages

    def ids(self, run):
        """Collection -> the ids of its listed pages, in their order."""
        sent, found = self.sent(run), {}
        for page in self.all("SELECT p.* FROM lane_page p JOIN run_collection c USING (district_id, run_id, collection, pass) "
                             "WHERE run_id = %s AND NOT struck ORDER BY collection, lane, place", run):
            record = sent[page["page_id"]]
            data = json.loads(record.value)
            records = data[page["collection"]] if isinstance(data, dict) else data
            assert len(records) == page["records"]
            assert int(record.headers["rc_place"]) == page["place"]
            found.setdefault(page["collection"], []).extend(entry["sourcedId"] for entry in records)
        return found

    def ids_of(self, run, collection, envelope):
        """The ids on one collection's listed pages, whose records stand under another name."""
        sent = self.sent(run)
        pages = self.all("SELECT page_id FROM lane_page WHERE run_id = %s AND collection = %s ORDER BY place", run, collection)
        return [entry["sourcedId"] for page in pages for entry in json.loads(sent[page["page_id"]].value)[envelope]]

    def due(self, *collections):
        """What ids() must give after an undisturbed run."""
        return {name: sorted(entry["sourcedId"] for entry in self.world[name]) for name in collections or COLLECTIONS}

    def close(self):
        if self._over.is_set():
            return
        self._over.set()
        self.sis.clear(self.name)
        for worker in self.workers:
            worker.stop()  # a killed member would keep its partitions until its session times out
        self._player.join(20)
        self.admin.close()
        for worker in self.workers:
            assert not worker.sanitizer_report(), worker.sanitizer_report()
