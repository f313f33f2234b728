"""python -m bench.digests [--readers N] [--notifiers N] [--parallel N] [--fsync]

How long N digests take, each of a district of its own, from the moment at which all are due to the one at which the mail server has answered for
the last: composed from tables, written to the ledger, handed over. The mail server is a small one of the bench, in a process of its own. Prints a
line of JSON: seconds of all, the notifiers' peak memory, and whether anybody got two.
"""

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

from bench import programs
from support.cli import Cli
from support.kafka import Kafka
from support.postgres import OWNER, Postgres
from support.process import free_port, wait_until
from support.redisd import Redis
from support.worker import Worker

# A district with an owner who has a daily digest, a source, a run with findings, and changes of two days.
FILL = (
    "INSERT INTO district (slug, name, time_zone) SELECT 'd' || n, 'District ' || n, 'America/Chicago' FROM generate_series(1, %(readers)s::int) n",
    "DO $$ DECLARE d district; BEGIN FOR d IN SELECT * FROM district LOOP PERFORM set_config('rollcall.district', d.district_id::text, true); "
    "INSERT INTO member (district_id, email, role, digest) VALUES (d.district_id, d.slug || '@owners.example', 'owner', 'daily'); END LOOP; END $$",
    "INSERT INTO source (district_id, name, base_url, auth, automatic, next_due_at) "
    "SELECT district_id, 'PowerSchool', 'http://sis.invalid', 'oauth2', true, now() + interval '1 day' FROM district",
    "INSERT INTO run (district_id, source_id, state, phase, started_at, finished_at, mirrored_at) "
    "SELECT district_id, source_id, 'Completed with errors', 'done', now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour' FROM source",
    "INSERT INTO finding (district_id, run_id, collection, sourced_id, field, rule, severity, message) "
    "SELECT district_id, run_id, 'users', 'u' || n, 'email', 'users.email.malformed', 'error', 'email is not in a form that can be read. Correct it.' "
    "FROM run, generate_series(1, 12) n",
    "INSERT INTO history (district_id, run_id, plan_id, kind, account_id, cause, role, on_date, at) "
    "SELECT district_id, run_id, uuid7(), CASE n %% 3 WHEN 0 THEN 'create' WHEN 1 THEN 'update' ELSE 'link' END, uuid7(), 'new', "
    "    CASE n %% 2 WHEN 0 THEN 'student' ELSE 'teacher' END, current_date, now() - n * interval '2 hours' FROM run, generate_series(1, 20) n",
)


class Sink(asyncio.Protocol):
    """Takes every mail."""

    taken = None  # shared with the parent

    def connection_made(self, transport):
        self.transport, self.rest, self.content = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.rest += data
        while True:
            end = b"\r\n.\r\n" if self.content else b"\r\n"
            line, found, rest = self.rest.partition(end)
            if not found:
                return
            self.rest = rest
            self.answer(line)

    def answer(self, line):
        word = line[:4].upper()
        if self.content:
            self.content = False
            with self.taken.get_lock():
                self.taken.value += 1
            self.transport.write(b"250 kept\r\n")
        elif word == b"DATA":
            self.content = True
            self.transport.write(b"354 go on\r\n")
        elif word == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")


def serve(port, taken):
    async def run():
        Sink.taken = taken
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=512)
        await server.serve_forever()

    asyncio.run(run())


def options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=10000)
    parser.add_argument("--notifiers", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=4, help="mail.parallel")
    parser.add_argument("--fsync", action="store_true", help="PostgreSQL keeps its word over a power cut, as in production")
    return parser.parse_args(arguments)


def fill(admin, readers):
    for statement in FILL:
        admin.execute(statement, {"readers": readers} if "%" in statement else None)
    admin.execute("VACUUM ANALYZE")


def measure(wanted, folder, admin, env):
    taken = multiprocessing.Value("l", 0)
    port = free_port()
    sink = multiprocessing.Process(target=serve, args=(port, taken), daemon=True)
    sink.start()
    env = {**env, "ROLLCALL_SMTP_URL": f"smtp://127.0.0.1:{port}", "ROLLCALL_MAIL_PARALLEL": str(wanted.parallel), "ROLLCALL_MAIL_SEND_EVERY": "200ms"}
    workers = [Worker("rollcall-notifier", {**env, "ROLLCALL_LOG_FORMAT": "json"}, folder, f"notifier-{number}") for number in range(wanted.notifiers)]
    try:
        for worker in workers:
            worker.start().wait_ready()
        wait_until(lambda: admin.execute("SELECT bool_and(due_at > now()) FROM digest_reader").fetchone()[0], "all have a date", 600)
        begun = time.monotonic()
        admin.execute("UPDATE digest_reader SET look_at = now(), due_at = now()")
        wait_until(lambda: admin.execute("SELECT count(*) FROM mail WHERE state = 'accepted'").fetchone()[0] >= wanted.readers, "all are sent", 1800)
        seconds = time.monotonic() - begun
        return {"readers": wanted.readers, "notifiers": wanted.notifiers, "parallel": wanted.parallel, "fsync": wanted.fsync, "seconds": round(seconds, 1),
                "peak_mib": [round(worker.memory_mib(), 1) for worker in workers], "taken": taken.value,
                "shares": [len(worker.events("mail.planned")) for worker in workers],
                "doubles": admin.execute("SELECT count(*) - count(DISTINCT member_id) FROM mail").fetchone()[0]}
    finally:
        for worker in workers:
            worker.stop()
        sink.terminate()


def main(arguments=None):
    wanted = options(arguments)
    programs.build()
    with tempfile.TemporaryDirectory(prefix="rollcall-digests-") as name:
        folder = Path(name)
        settings = {"fsync": "on", "synchronous_commit": "on"} if wanted.fsync else {}
        with Postgres(**settings) as postgres, Redis(folder / "redis") as redis, Kafka(folder / "kafka") as kafka:
            postgres.create_owner()
            database = postgres.create_database()
            Cli({"ROLLCALL_DATABASE_URL": postgres.url(OWNER, database)}).run("db", "migrate").ok()
            env = {"ROLLCALL_DATABASE_URL": postgres.url("rollcall_notifier", database), "ROLLCALL_REDIS_URL": redis.url,
                   "ROLLCALL_KAFKA_BROKERS": kafka.brokers}
            Cli({**env, "ROLLCALL_DATABASE_URL": postgres.url("rollcall_cli", database)}).run("topics", "apply").ok()
            with postgres.connect("postgres", database, options="-c search_path=rollcall,pg_temp") as admin:
                fill(admin, wanted.readers)
                print(json.dumps(measure(wanted, folder, admin, env)))


if __name__ == "__main__":
    sys.exit(main())
