"""tests/bench/run [--students N,…] [--scenarios first,quiet,change] [--sources rest,csv] [--repeat N] [--rivals] [--json FILE] [--markdown FILE]

Measures one district on this machine, everything local, at each of the sizes: the first load (from the request to the
applied directory; the approval included, waiting for it not), quiet nights, a night on which 1 % changed. With
--rivals the careful Python script does the same work from the same pretend SIS into the same PostgreSQL, by turns with
Rollcall, and the plain limits are measured: the bytes alone, cJSON alone, COPY alone. README.md says how to read it.
"""

import argparse
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import csv_sets, meters, programs, report, rivals, sets
from bench.ours import Ours
from bench.static_sis import StaticSis
from support.kafka import Kafka
from support.mail import MailSink
from support.paths import state
from support.postgres import Postgres
from support.redisd import Redis

SCENARIOS = ("first", "quiet", "change")
SOURCES = ("rest", "csv")
# As a production server would have it on this machine; all else is PostgreSQL's default.
POSTGRES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "8GB", "checkpoint_timeout": "15min"}


def options(arguments=None):
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=_numbers, default=[10000], help="sizes, for instance 10000,100000 (10000)")
    parser.add_argument("--scenarios", type=_words(SCENARIOS), default=list(SCENARIOS), help="first,quiet,change (all)")
    parser.add_argument("--sources", type=_words(SOURCES), default=["rest"], help="rest,csv (rest)")
    parser.add_argument("--repeat", type=int, default=1, help="so many times, each on empty servers (1)")
    parser.add_argument("--nights", type=int, default=3, help="quiet nights of each time (3)")
    parser.add_argument("--rivals", action="store_true", help="the script and the plain limits too")
    parser.add_argument("--lean", action="store_true", help="a district without guardians and demographics")
    parser.add_argument("--lists", action="store_true", help="class lists too, for all terms and grades")
    parser.add_argument("--page", type=int, default=5000, help="records that a page may have (5000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=3600, help="seconds that a run may take")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    return parser.parse_args(arguments)


def _numbers(text):
    return [int(word) for word in text.split(",")]


def _words(known):
    def parse(text):
        wrong = set(words := text.split(",")) - set(known)
        if wrong:
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(wrong))}: of {', '.join(known)}")
        return words
    return parse


def main(arguments=None):
    """Measures, prints a line of JSON for each piece of work, and writes the reports."""
    wanted = options(arguments)
    programs.build()
    found = {"machine": meters.machine(), "options": {name: _plain(value) for name, value in vars(wanted).items()},
             "sizes": []}
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as name:
        for students in wanted.students:
            _measure_size(Path(name) / str(students), students, wanted, found)
    found["machine"]["load after"] = round(os.getloadavg()[0], 2)
    if wanted.json:
        wanted.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    text = report.markdown(found)
    if wanted.markdown:
        wanted.markdown.write_text(text)
    print(text)


def _plain(value):
    return value if isinstance(value, (int, float, list, type(None))) else str(value)


# ---- one size ----------------------------------------------------------------------------------------------------------


def _measure_size(folder, students, wanted, found):
    where = state() / "bench" / f"{students}{'-lean' if wanted.lean else ''}"
    about = sets.made(where, students, seed=wanted.seed, lean=wanted.lean)
    counts = {day: {name: count for name, count in about["records"][day].items() if not (wanted.lean and name == "demographics")}
              for day in ("1", "2")}
    size = {"students": students, "records": sum(counts["1"].values()), "collections": counts["1"],
            "changed records": sum(about["changed_records"].values()), "work": [], "limits": {}}
    found["sizes"].append(size)
    (folder / "redis").mkdir(parents=True)
    with Postgres(**POSTGRES, **_sized()) as postgres, Redis(folder / "redis") as redis, \
            Kafka(folder / "kafka") as kafka, MailSink() as mail, StaticSis(where, folder) as sis:
        postgres.create_owner()
        found.setdefault("versions", rivals.versions(postgres, kafka, redis))
        servers = {"postgresql": postgres.daemon.pid, "redis": redis.daemon.pid, "pretend SIS": sis.pid}
        zips = {"rest": {}, "csv": csv_sets.made(where, wanted.lean) if "csv" in wanted.sources else {}}
        for time in range(wanted.repeat):
            for source in wanted.sources:
                _Round(folder / f"{time}-{source}", time, source, size, wanted).run(
                    about, postgres, redis, kafka, mail, sis, zips[source], servers)
        if wanted.rivals:
            size["limits"] = _limits(where, counts["1"], postgres, sis, wanted)


def _sized():
    """A quarter of the memory for PostgreSQL's own pages, 2 GiB at most."""
    mib = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    return {"shared_buffers": f"{min(2048, mib // 4)}MB"}


def _limits(where, counts, postgres, sis, wanted):
    sis.show(1)
    made = {"bytes": [], "cjson": [], "copy": [], "copy with key": []}
    for _ in range(max(3, wanted.repeat)):
        made["bytes"].append(rivals.bytes_alone(sis, counts, wanted.page))
        made["cjson"].append(rivals.parse_alone(where, wanted.page))
    for _ in range(wanted.repeat):
        made["copy"].append(rivals.copy_alone(postgres, where, counts, key=False))
        made["copy with key"].append(rivals.copy_alone(postgres, where, counts, key=True))
    return made


class _Round:
    """Every scenario once, on servers that hold nothing: Rollcall and the script by turns."""

    def __init__(self, folder, number, source, size, wanted):
        self.folder, self.number, self.source, self.size, self.wanted = folder, number, source, size, wanted

    def run(self, about, postgres, redis, kafka, mail, sis, zips, servers):
        self.folder.mkdir(parents=True)
        self.postgres, self.sis = postgres, sis
        kafka.renew()
        redis.flush()
        sis.show(1)
        ours = Ours(self.folder, postgres, redis, kafka, mail, sis, zips, self.wanted)
        self.sides = [ours, *([rivals.Script(postgres, sis, zips, self.wanted)] if self.wanted.rivals else [])]
        self.servers = {**servers, "kafka": kafka.daemon.pid}
        try:
            for side in self.sides:
                side.create(about["schools"])
            self._scenarios()
        finally:
            ours.stack.kill()

    def _scenarios(self):
        """The first load is always done: without it there is no night."""
        self._turns("first", 0)
        if "quiet" in self.wanted.scenarios:
            for night in range(self.wanted.nights):
                self._turns("quiet", night)
        if "change" in self.wanted.scenarios:
            self.sis.show(2)
            self._turns("change", 0)
        self.size.setdefault("census", {})[self.source] = {side.name: side.census() for side in self.sides}

    def _turns(self, scenario, night):
        sides = self.sides if (self.number + night) % 2 == 0 else self.sides[::-1]
        for side in sides:
            self._measure(scenario, side)

    def _measure(self, scenario, side):
        own = side.processes()
        processes = {**self.servers, **self.sides[0].processes(), **own}
        quiet = meters.settle(processes)
        handled = side.handled() if hasattr(side, "handled") else {}
        meter = meters.Meter({**self.servers, **own}, self.postgres, watched=tuple(own))
        with meter as cost:
            phases = side.sync(2 if scenario == "change" else 1)
        for name, ran in side.ran.items():
            cost.cpu[name], cost.peak_mib[name] = round(ran.cpu, 3), round(ran.peak_mib, 1)
        entry = {"scenario": scenario, "who": side.name, "source": self.source, "round": self.number, "settled": quiet,
                 "phases": phases, **asdict(cost)}
        entry["seconds"] = round(sum(phases.values()), 3)
        if handled:
            entry["handled"] = {name: round(value - handled[name], 3) for name, value in side.handled().items()}
        self.size["work"].append(entry)
        print(json.dumps({"students": self.size["students"], **entry}), flush=True)
