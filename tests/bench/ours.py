"""Rollcall in the bench: one district of a whole system, as its owner meets it."""

import json
import time
from pathlib import Path

from bench import meters
from support.cli import Cli
from support.paths import program
from support.postgres import OWNER
from support.stack import DONE, PROGRAMS, SETTLED, Stack

SLUG = "bench-county"
SETTINGS = {
    "students": "on", "teachers": "on", "staff": "on", "administrators": "on", "guardians": "accounts",
    "existing-people": "update",
    "archive-students": "archive", "archive-teachers": "archive", "archive-staff": "archive",
    "archive-administrators": "archive",
}
LISTS = {"class-lists": "on", "class-list-terms": "all", "class-list-grades": "all"}
# Of a run that the reconciler closed; approving goes on from there.
PHASES = """SELECT extract(epoch FROM requested_at)::float8, extract(epoch FROM started_at - requested_at)::float8, extract(epoch FROM ready_at - started_at)::float8, extract(epoch FROM mirrored_at - ready_at)::float8,
                   extract(epoch FROM finished_at - mirrored_at)::float8 FROM run WHERE run_id = %s"""
PHASE_NAMES = ("request", "fetch, normalize, stage", "check and mirror", "plan and apply")


class Ours:
    """All programs, one of each, at their defaults; a district that the pretend SIS fills."""

    name = "rollcall"

    def __init__(self, folder: Path, postgres, redis, kafka, mail, sis, zips, wanted):
        self.database = postgres.create_database()
        self.sis, self.zips, self.wanted = sis, zips, wanted
        self.ran: dict[str, meters.Ran] = {}
        Cli({"ROLLCALL_DATABASE_URL": postgres.url(OWNER, self.database)}).run("db", "migrate").ok()
        self.stack = Stack(folder, postgres, self.database, redis, kafka, mail, sis)
        self.stack.cli.run("topics", "apply").ok()
        self.stack.start()
        self.looking = self.stack.connect()

    def create(self, schools: list[str]) -> None:
        """The district, its source and its owner's settings."""
        settings = {**SETTINGS, **(LISTS if self.wanted.lists else {}), "schools": ", ".join(schools)}
        cli = self.stack.cli
        cli.run("district", "create", SLUG, "--name", "Bench County", "--time-zone", "UTC").ok()
        self._run("member", "add", "--email", "owner@bench.example", "--role", "owner").ok()
        self._run("source", "add", "--name", "sis", *self._source(), *(() if self.wanted.lean else ("--demographics",)),
                  stdin="" if self.zips else "made up\n").ok()
        self._run("settings", "set", "--yes", *(f"{name}={value}" for name, value in settings.items())).ok()

    def _source(self) -> list[object]:
        if self.zips:
            return ["--kind", "oneroster-csv"]
        return ["--url", self.sis.base_url, "--auth", "oauth2", "--client-id", "bench", "--client-secret-stdin", "--token-url",
                self.sis.token_url, "--page-size", self.wanted.page]

    def _run(self, *words, **options):
        return self.stack.cli.run(*words, "--district", SLUG, **options)

    def processes(self) -> dict[str, int]:
        """Program → process id."""
        return {name: self.stack[name].pid for name in PROGRAMS}

    def _state(self, run: str) -> str:
        return self.looking.execute("SELECT state FROM run WHERE run_id = %s", [run]).fetchone()[0]

    def _wait(self, run: str, states) -> str:
        until = time.monotonic() + self.wanted.patience
        while (state := self._state(run)) not in states:
            assert state not in DONE, f"the run ended {state}\n{self.stack.describe()}"
            assert time.monotonic() < until, f"the run is still {state}\n{self.stack.describe()}"
            time.sleep(0.02)
        return state

    def _request(self, day: int) -> str:
        """Asks for a run; where the roster comes as zips, by uploading the day's."""
        if not self.zips:
            return self._run("run", "start", "-o", "json").ok().json["run"]
        cli = self.stack.cli
        ran = meters.run([program("rollcall"), "upload", "add", self.zips[day], "--district", SLUG, "-o", "json", "-q"], cli.env)
        self.ran = {"upload": ran}
        return json.loads(ran.out)["run"]

    def sync(self, day: int) -> dict[str, float]:
        """One run from its request to its end, approved as soon as it waits; seconds by phase."""
        began = time.time()
        run = self._request(day)
        held = self._wait(run, SETTLED) == "On hold"
        asked, *seconds = self._phases(run)
        phases = dict(zip(PHASE_NAMES, seconds))
        if self.zips:
            # The run is asked for in the transaction that takes the upload in: what comes before its start is mostly that.
            before = asked + phases["request"] - began
            upload = min(self.ran["upload"].seconds, before)
            phases = {"upload": upload, **phases, "request": before - upload}
        if held:
            began = time.monotonic()
            self._run("plan", "approve", "--all", "--yes", "--reason", "bench", seconds=self.wanted.patience).ok()
            self._wait(run, DONE)
            phases["apply after approval"] = time.monotonic() - began
        state = self._state(run)
        assert state.startswith("Completed"), f"the run ended {state}\n{self.stack.describe()}"
        return {name: round(seconds, 3) for name, seconds in phases.items()}

    def _phases(self, run: str) -> tuple[float, ...]:
        return self.looking.execute(PHASES, [run]).fetchone()

    def handled(self) -> dict[str, float]:
        """Seconds that each program's handlers worked so far, side by side ones added up."""
        return {name: self.stack[name].admin.metric("rollcall_batch_duration_seconds_sum") for name in PROGRAMS}

    def census(self) -> dict[str, int]:
        """How many rows the work left behind: what the rival has to have too."""
        count = "SELECT count(*) FROM "
        return {what: self.looking.execute(count + where).fetchone()[0] for what, where in CENSUS.items()}

    def close(self) -> None:
        self.looking.close()
        self.stack.close()


CENSUS = {
    "mirror": "mirror_record WHERE present",
    "accounts": "account WHERE status = 'active'",
    "links": "account_link",
    "roles": "account_role WHERE ended_on IS NULL",
    "guardianships": "guardianship WHERE ended_on IS NULL",
}
