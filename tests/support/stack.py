"""All of Rollcall on one machine for one test: servers, workers, a pretend SIS, a mail sink, districts."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path

import psycopg

from sis.generate import make_district
from sis.world import World

from support.cli import Cli, Outcome
from support.kafka import Kafka
from support.mail import MailSink
from support.postgres import OWNER, Postgres
from support.process import wait_until
from support.redisd import Redis
from support.seal import MASTER, opened
from support.sis import Sis
from support.worker import Worker

PROGRAMS = ("fetcher", "normalizer", "reconciler", "notifier", "scheduler")
DONE = ("Completed", "Completed with warnings", "Completed with errors", "Superseded", "Cancelled", "Failed")
SETTLED = (*DONE, "On hold", "Paused")
# Everything on, so that a test switches off what it is not about.
SETTINGS = {
    "students": "on",
    "teachers": "on",
    "staff": "on",
    "administrators": "on",
    "guardians": "accounts",
    "class-lists": "on",
    "class-list-terms": "all",
    "class-list-grades": "all",
}
KEYS = {"ROLLCALL_KEYS_MASTER": MASTER}
CLIENT, SECRET = "rollcall-tests", "made-up-secret"


class Stack:
    """Workers are made by worker() and started by start(); close() ends them all and checks their ends."""

    shares_files = True  # with the pretend SIS

    def __init__(
        self, folder: Path, postgres: Postgres, database: str, redis: Redis, kafka: Kafka, mail: MailSink, sis: Sis
    ):
        self.folder = Path(folder)
        self.postgres = postgres
        self.database = database
        self.redis = redis
        self.kafka = kafka
        self.mail = mail
        self.sis = sis
        self.workers: dict[str, Worker] = {}
        self.districts: dict[str, District] = {}
        self.cli = Cli({**self.env("rollcall_cli"), **KEYS})
        self.owner_cli = Cli(self.env(OWNER))

    def env(self, role: str) -> dict[str, str]:
        """What every program is given, connected as `role`."""
        return {
            "ROLLCALL_KAFKA_BROKERS": self.kafka.brokers,
            "ROLLCALL_REDIS_URL": self.redis.url,
            "ROLLCALL_DATABASE_URL": self.postgres.url(role, self.database),
            "ROLLCALL_LOG_FORMAT": "json",
        }

    # --- workers ---------------------------------------------------------------------------------------

    def worker(self, name: str, label: str | None = None, **env: str) -> Worker:
        """A worker, not started: `name` is one of PROGRAMS, `label` tells several of a kind apart."""
        label = label or name
        settings = {**self.env(f"rollcall_{name.replace('-', '_')}"), **self._own_settings(name), **env}
        worker = Worker(f"rollcall-{name}", settings, self.folder, label)
        assert label not in self.workers, f"there is a worker {label} already"
        self.workers[label] = worker
        return worker

    def _own_settings(self, name: str) -> dict[str, str]:
        own = {
            "fetcher": KEYS,
            "notifier": {"ROLLCALL_SMTP_URL": self.mail.url},
        }
        return own.get(name, {})

    def start(self, *names: str, **env: str) -> "Stack":
        """One worker each of these programs (all by default), started together, all ready on return."""
        made = [self.workers.get(name) or self.worker(name, **env) for name in names or PROGRAMS]
        for worker in made:
            if not worker.alive:
                worker.start()
        for worker in made:
            worker.wait_ready()
        return self

    def __getitem__(self, label: str) -> Worker:
        return self.workers[label]

    def close(self) -> None:
        """Ends every worker; one that does not drain, or that a sanitizer stopped, fails the test."""
        running = [worker for worker in self.workers.values() if worker.alive]
        for worker in running:
            worker.resume()
            worker.send(15)
        # Not stop(): a second signal would end it at once, as it should.
        complaints = [f"{w.name}: exit {code}\n{w.tail()}" for w in running if (code := w.ended(120)) != 0]
        complaints += [text for w in self.workers.values() if (text := w.sanitizer_report())]
        assert not complaints, "\n".join(complaints)

    def kill(self) -> None:
        for worker in self.workers.values():
            worker.kill()

    # --- looking and waiting -----------------------------------------------------------------------------

    def sql(self, query: str, parameters: Mapping | list | tuple = ()) -> list[tuple]:
        """Rows of a query by the superuser, whom row-level security does not bind."""
        path = "-c search_path=rollcall"
        with self.postgres.connect(database=self.database, options=path) as connection:
            cursor = connection.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def connect(self) -> psycopg.Connection:
        return self.postgres.connect(database=self.database, options="-c search_path=rollcall")

    def opened(self, record) -> bytes:
        """The payload of a Kafka record, unsealed."""
        with self.connect() as connection:
            return opened(connection, record)

    def wait(self, condition, what: str, seconds: float = 180.0):
        """wait_until, and when it fails, what the system was doing."""
        try:
            return wait_until(condition, what, seconds, 0.1)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.describe()}") from None

    def describe(self) -> str:
        """Runs, lanes, dead letters and the workers' last words, for a failed test."""
        parts = []
        for title, query in (
            ("runs", "SELECT run_id, state, phase, parked, failure FROM run ORDER BY requested_at"),
            ("lanes", "SELECT collection, pass, lane, step, take, tries, cursor, state, reason FROM lane ORDER BY 1, 2"),
            ("dead letters", "SELECT * FROM dead_letter"),
            ("outbox", "SELECT count(*) FROM outbox"),
        ):
            try:
                rows = "\n".join(str(row) for row in self.sql(query))
            except psycopg.Error as error:
                rows = str(error)
            parts.append(f"--- {title}\n{rows}")
        return "\n".join(parts + [worker.tail(12) for worker in self.workers.values()])

    # --- districts -----------------------------------------------------------------------------------------

    def district(self, slug: str = "maple-county", **options) -> "District":
        """A new district with owner, source and settings, served by the pretend SIS."""
        made = District(self, slug)
        made.create(**options)
        self.districts[slug] = made
        return made


class District:
    """One district as its owner works with it: by the command line tool."""

    def __init__(self, stack: Stack, slug: str):
        self.stack = stack
        self.slug = slug
        self.owner = f"owner@{slug}.example"
        self.world: World | None = None
        self.version = "1.1"

    def run(self, *words: object, **options) -> Outcome:
        return self.stack.cli.run(*words, "--district", self.slug, **options)

    def json(self, *words: object, **options):
        return self.stack.cli.json(*words, "--district", self.slug, **options)

    def create(
        self,
        world: World | None = None,
        auth: str = "oauth2",
        schools: str = "all",
        settings: Mapping[str, str] | None = None,
        **source: object,
    ) -> None:
        """`schools` is "all" (every school that the world has) or their names, separated by commas;
        further words are options of `source add` (page_size=50, demographics=True, version="1.2")."""
        self.version = str(source.get("version", self.version))
        self.serve(world or make_district(1, students=60, schools=2), auth)
        self.stack.cli.run(
            "district", "create", self.slug, "--name", self.slug.title(), "--time-zone", "UTC"
        ).ok()
        self.run("member", "add", "--email", self.owner, "--role", "owner").ok()
        self._add_source(auth, source)
        chosen = ", ".join(self.school_names()) if schools == "all" else schools
        values = {**SETTINGS, "schools": chosen, **(settings or {})}
        self.run("settings", "set", "--yes", *(f"{name}={value}" for name, value in values.items())).ok()

    def serve(self, world: World, auth: str = "oauth2") -> None:
        """The pretend SIS shows this world under the district's name, from now on."""
        credentials = {"kind": "oauth2", "client_id": CLIENT, "secret": SECRET}
        if auth != "oauth2":
            method = {"oauth1-sha1": "HMAC-SHA1", "oauth1-sha256": "HMAC-SHA256"}[auth]
            credentials = {"kind": "oauth1", "key": CLIENT, "secret": SECRET, "methods": [method]}
        self.stack.sis.put(self.slug, auth=credentials, version=self.version, **self._handed_over(world))

    def show(self, world: World) -> None:
        """Another day: the pretend SIS shows this world; tokens and switches stay."""
        self.stack.sis.swap(self.slug, **self._handed_over(world))

    def _handed_over(self, world: World) -> dict:
        """A world goes by file where the pretend SIS sees our files, else in the request."""
        self.world = world
        if not self.stack.shares_files:
            return {"world": json.loads(world.to_json())}
        path = self.stack.folder / f"{self.slug}-world.json"
        world.save(path)
        return {"world_path": str(path)}

    def _add_source(self, auth: str, source: Mapping[str, object]) -> None:
        words = ["source", "add", "--name", "sis", "--url", self.stack.sis.base_url(self.slug, self.version)]
        words += ["--auth", auth, "--client-id", CLIENT, "--client-secret-stdin"]
        if auth == "oauth2":
            words += ["--token-url", self.stack.sis.token_url(self.slug)]
        for name, value in source.items():
            words += [f"--{name.replace('_', '-')}"] + ([] if value is True else [str(value)])
        self.run(*words, stdin=SECRET + "\n").ok()

    def school_names(self) -> list[str]:
        """The names of the schools of the world that is shown."""
        return [org["name"] for org in self.world["orgs"] if org["type"] == "school"]

    @property
    def id(self) -> uuid.UUID:
        return self.stack.sql("SELECT district_id FROM district WHERE slug = %s", [self.slug])[0][0]

    def state_of(self, run_id: str) -> str:
        return self.stack.sql("SELECT state FROM run WHERE run_id = %s", [run_id])[0][0]

    def start_run(self) -> str:
        return self.json("run", "start")["run"]

    def wait_for_run(self, run_id: str, *states: str, seconds: float = 300.0) -> str:
        """Until the run has one of the states (by default: any in which it waits or has ended)."""
        wanted = states or SETTLED

        def reached() -> str | None:
            state = self.state_of(run_id)
            assert state in wanted or state not in DONE, f"the run ended {state}, not {wanted}\n{self.stack.describe()}"
            return state if state in wanted else None

        return self.stack.wait(reached, f"run {run_id} is one of {wanted}", seconds)

    def sync(self, seconds: float = 300.0) -> str:
        """A run up to where it waits or ends; its id."""
        run_id = self.start_run()
        self.wait_for_run(run_id, seconds=seconds)
        return run_id

    def approve(self) -> None:
        self.run("plan", "approve", "--all", "--yes", "--reason", "looked right").ok()

    def first_sync(self, seconds: float = 300.0) -> str:
        """The first run, approved as its owner would, to its end."""
        run_id = self.sync(seconds)
        if self.state_of(run_id) == "On hold":
            self.approve()
        self.wait_for_run(run_id, *DONE, seconds=seconds)
        return run_id
