"""python -m bench.fetch_rate [--students N] [--page RECORDS] [--parallel N] [--delay SECONDS] [--repeat N]

How fast the fetcher pulls a roster beside curl, by turns from the same pretend SIS, the same pages, as many requests at a time: the fetcher with all that
it does beside (each page sealed, sent, acknowledged by Kafka and noted in Redis, each task committed), curl into /dev/null. --delay is how long the
SIS takes for a page: real ones take tenths of a second. Prints a line of JSON: seconds of each, the share of curl's rate, the fetcher's peak memory.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

from bench import programs
from bench.meters import peak_mib
from sis.consumer import ask_token, basic
from sis.generate import make_district
from support.cli import Cli
from support.kafka import Kafka
from support.postgres import OWNER, Postgres
from support.process import wait_until
from support.redisd import Redis
from support.sis import Sis
from with_fetcher import COLLECTIONS, CREDENTIALS, Scene, make_topics

SCOPE = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly"


def options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=3000)
    parser.add_argument("--page", type=int, default=500)
    parser.add_argument("--parallel", type=int, default=4, help="requests at a time")
    parser.add_argument("--delay", type=float, default=0.1, help="what the SIS takes for a page, in seconds")
    parser.add_argument("--repeat", type=int, default=3)
    return parser.parse_args(arguments)


def pages(place, wanted):
    """The address of every page, as the fetcher asks for it."""
    for name in COLLECTIONS:
        for offset in range(0, len(place.world[name]), wanted.page):
            yield f"{place.sis.base_url(place.name)}/{name}?limit={wanted.page}&offset={offset}&sort=sourcedId&orderBy=asc"


def curl(place, wanted, folder):
    """Seconds for all pages."""
    header = {"Authorization": basic(*CREDENTIALS)}
    token = ask_token(place.sis.token_url(place.name), f"grant_type=client_credentials&scope={SCOPE}", header).json()["access_token"]
    lines = [f'url = "{address}"\noutput = "/dev/null"' for address in pages(place, wanted)]
    config = folder / "curl.config"
    config.write_text(f'header = "Authorization: Bearer {token}"\nsilent\nfail\nparallel\nparallel-immediate\nparallel-max = {wanted.parallel}\n'
                      + "\n".join(lines) + "\n")
    begun = time.monotonic()
    subprocess.run(["curl", "-K", config], check=True)
    return time.monotonic() - begun


def fetcher(place):
    """Seconds from the run's token to its last page."""
    run = place.request()
    place.wait(run, seconds=600)
    return float(place.one("SELECT extract(epoch FROM (SELECT max(listed_at) FROM lane_page WHERE run_id = %s) - started_at) FROM run WHERE run_id = %s", run, run))


def measure(place, wanted, folder):
    place.admin.execute("UPDATE source SET parallel = %s", [wanted.parallel])
    worker = place.fetcher(ROLLCALL_STAGE_PARALLEL=str(wanted.parallel), ROLLCALL_FETCH_TASK_PAGES="8", ROLLCALL_FETCH_LEASE="30s",
                           ROLLCALL_FETCH_TIMEOUT="1m", ROLLCALL_LOG_LEVEL="info").wait_ready()
    if wanted.delay:
        place.sis.fault(place.name, "slow", seconds=wanted.delay)
    theirs, ours = [], []
    for _ in range(wanted.repeat):
        theirs.append(curl(place, wanted, folder))
        ours.append(fetcher(place))
        wait_until(lambda: place.one("SELECT count(*) FROM run WHERE phase NOT IN ('done', 'ready')") == 0, "nothing is fetched", 30)
        place.admin.execute("UPDATE source SET active_run = NULL")
        place.admin.execute("UPDATE run SET phase = 'done', finished_at = now() WHERE finished_at IS NULL")
    size = place.sis.counters(place.name)["bytes"] // (2 * wanted.repeat)
    return {"pages": len(list(pages(place, wanted))), "MB": round(size / 1e6, 1), "curl s": [round(s, 2) for s in theirs],
            "fetcher s": [round(s, 2) for s in ours], "share of curl": round(statistics.median(theirs) / statistics.median(ours), 2),
            "peak MiB": round(peak_mib(worker.pid), 1)}


def main(arguments=None):
    wanted = options(arguments)
    programs.build()
    with tempfile.TemporaryDirectory(prefix="rollcall-fetch-") as name:
        folder = Path(name)
        for part in ("redis", "kafka", "sis", "worker"):
            (folder / part).mkdir()
        with Postgres() as postgres, Redis(folder / "redis") as redis, Kafka(folder / "kafka") as kafka, Sis(folder / "sis") as sis:
            postgres.create_owner()
            database = postgres.create_database("bench")
            Cli({"ROLLCALL_DATABASE_URL": postgres.url(OWNER, database)}).run("db", "migrate").ok()
            make_topics(kafka)
            world = make_district(1, students=wanted.students, schools=3)
            place = Scene(postgres, database, kafka, redis, sis, world, folder / "worker", page_size=wanted.page)
            try:
                print(json.dumps({**vars(wanted), **measure(place, wanted, folder)}))
            finally:
                place.close()


if __name__ == "__main__":
    main()
