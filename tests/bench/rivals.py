"""Those who are measured beside Rollcall: the careful script, and the plain limits that nobody can beat."""

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from bench import meters, sets
from bench.static_sis import TOKEN
from sis.schools import DISTRICT_ID
from support.paths import kafka_libs, program, state

FOLDER = Path(__file__).resolve().parent
REQUIREMENTS = FOLDER / "requirements.txt"


def python() -> Path:
    """A Python that has what the script needs: this one, or one of the bench's own, made once."""
    try:
        import orjson  # noqa: F401
        import requests  # noqa: F401
        return Path(sys.executable)
    except ImportError:
        return _own_python()


def _own_python() -> Path:
    venv = state() / "bench" / "venv"
    stamp = venv / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run([venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "-r", REQUIREMENTS], check=True)
        stamp.write_text(REQUIREMENTS.read_text())
    return venv / "bin" / "python"


class Script:
    """The careful script with a database of its own on the same server."""

    name = "script"

    def __init__(self, postgres, sis, zips, wanted):
        self.postgres, self.sis, self.zips, self.wanted = postgres, sis, zips, wanted
        self.database = postgres.create_database()
        self.python = python()
        self.ran: dict[str, meters.Ran] = {}
        self.schools: list[str] = []

    def create(self, schools: list[str]) -> None:
        """What it is to sync: people of these schools, and of the district itself."""
        self.schools = [DISTRICT_ID, *schools]

    def processes(self) -> dict[str, int]:
        """Nothing of it runs between two nights."""
        return {}

    def sync(self, day: int) -> dict[str, float]:
        """One night; seconds by phase. What the process cost is left in ran."""
        where = ["--zip", self.zips[day]] if self.zips else ["--url", self.sis.base_url, "--token", TOKEN]
        argv = [self.python, FOLDER / "rival_script.py", *where, "--database", self.postgres.url(database=self.database),
                "--schools", ",".join(quote(school, safe="") for school in self.schools),
                *(["--lean"] if self.wanted.lean else []), *(["--lists"] if self.wanted.lists else [])]
        ran = meters.run(argv)
        self.ran = {"script": ran}
        phases = json.loads(ran.out.splitlines()[-1])["phases"]
        return {"start of the process": round(ran.seconds - sum(phases.values()), 3), **phases}

    def census(self) -> dict[str, int]:
        """How many rows the work left behind, under the names of Rollcall's own."""
        with self.postgres.connect(database=self.database) as connection:
            count = "SELECT count(*) FROM "
            return {what: connection.execute(count + where).fetchone()[0] for what, where in CENSUS.items()}

    def close(self) -> None:
        """Ends with its nights."""


CENSUS = {
    "mirror": "mirror WHERE missing_on IS NULL",
    "accounts": "account WHERE status = 'active'",
    "links": "account_link",
    "roles": "account_role WHERE ended_on IS NULL",
    "guardianships": "guardianship WHERE ended_on IS NULL",
}


# ---- plain limits ------------------------------------------------------------------------------------------------------


def bytes_alone(sis, counts: dict[str, int], page: int) -> dict[str, float]:
    """Every page read over one connection and dropped."""
    connection = http.client.HTTPConnection("127.0.0.1", sis.port)
    room, total, began, cpu = bytearray(1 << 20), 0, time.monotonic(), time.process_time()
    for collection, count in counts.items():
        for offset in range(0, count, page):
            connection.request("GET", f"/ims/oneroster/v1p1/{collection}?limit={page}&offset={offset}",
                               headers={"Authorization": f"Bearer {TOKEN}"})
            answer = connection.getresponse()
            while read := answer.readinto(room):
                total += read
    connection.close()
    return {"seconds": round(time.monotonic() - began, 3), "cpu": round(time.process_time() - cpu, 3), "bytes": total}


def parse_alone(folder: Path, page: int) -> dict[str, float]:
    """cJSON over every page, nothing looked at; seconds are CPU time."""
    made = subprocess.run([program("bench-parse"), folder, str(page)], capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


COPY_TABLE = "CREATE TABLE copied (collection text, sourced_id text, body jsonb{key})"


def copy_alone(postgres, folder: Path, collections, *, key: bool) -> dict[str, float]:
    """Every record as one row by COPY into a logged table, with its primary key or without; the rows stand ready in memory.
    (Escaped once before the clock starts: the bodies as they came are what the column gets.)"""
    database = postgres.create_database()
    with postgres.connect(database=database) as connection:
        connection.execute(COPY_TABLE.format(key=", PRIMARY KEY (collection, sourced_id)" if key else ""))
        seconds, rows = 0.0, 0
        for collection in collections:
            with connection.cursor().copy("COPY copied FROM STDIN") as copy:
                for block, count in _blocks(folder, collection):
                    began = time.monotonic()
                    copy.write(block)
                    seconds, rows = seconds + time.monotonic() - began, rows + count
                began = time.monotonic()
            seconds += time.monotonic() - began
    postgres.drop_database(database)
    return {"seconds": round(seconds, 3), "records": rows}


def _blocks(folder: Path, collection: str):
    """COPY's text for 10,000 records at a time."""
    name = collection.encode()
    waiting = []
    for body in sets.bodies(folder, collection):
        sid = body[len(b'{"sourcedId":"'):body.index(b'"', len(b'{"sourcedId":"'))]
        waiting.append(b"%s\t%s\t%s\n" % (name, sid, body.replace(b"\\", b"\\\\")))
        if len(waiting) == 10_000:
            yield b"".join(waiting), len(waiting)
            waiting = []
    if waiting:
        yield b"".join(waiting), len(waiting)


def versions(postgres, kafka, redis) -> dict[str, str]:
    """What was measured, and on what it ran."""
    with postgres.connect() as connection:
        server = connection.execute("SHOW server_version").fetchone()[0]
    asked = f"import {', '.join(('requests', 'orjson', 'psycopg', 'sys'))}\n" \
            "print(sys.version.split()[0], requests.__version__, orjson.__version__, psycopg.__version__)"
    known = subprocess.run([python(), "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    said = subprocess.run([program("rollcall"), "--version"], capture_output=True, text=True, check=True).stdout.splitlines()
    libraries = dict(line.split()[:2] for line in said[1:] if len(line.split()) == 2)
    jars = sorted(jar.stem.removeprefix("kafka-clients-") for jar in kafka_libs().glob("kafka-clients-*.jar"))
    return {"rollcall": said[0].removeprefix("rollcall "), **libraries, "postgresql": server, "kafka": jars[-1] if jars else "?",
            "redis": redis.client().info("server")["redis_version"], "python": known[0], "requests": known[1],
            "orjson": known[2], "psycopg": known[3]}
